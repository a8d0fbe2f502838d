package orzo.redis;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the storage asked of Redis so far and how it went, by kind of call. Safe for all threads.
 */
public final class RedisMeters {
  /** A kind of call. One call is one command, and waits for its reply beside many others. */
  public enum Call {
    /** Appending an entry to a backlog. */
    APPEND("append"),
    /** Waiting for replicas to have what was appended. */
    WAIT_REPLICAS("wait_replicas"),
    /** Reading a backlog, or its length. */
    READ_BACKLOG("read_backlog"),
    /** Reading splits. */
    READ_SPLITS("read_splits"),
    /** Flushing splits, marks and checkpoint. */
    FLUSH("flush"),
    /** Reading a checkpoint. */
    READ_CHECKPOINT("read_checkpoint"),
    /** Reading which raw splits are open. */
    READ_OPEN("read_open"),
    /** Registering metrics. */
    REGISTER("register"),
    /** Deleting metrics. */
    DELETE("delete"),
    /** Reading the catalog. */
    READ_CATALOG("read_catalog"),
    /** Looking at all keys, and removing what belongs to nothing. */
    UPKEEP("upkeep"),
    /** Taking, renewing and giving back leases, live nodes. */
    LEASE("lease"),
    /** Metadata of metric names. */
    METADATA("metadata"),
    /** Exemplars of series. */
    EXEMPLARS("exemplars"),
    /** Archive policies and their rules. */
    POLICIES("policies"),
    /** Logs of records. */
    RECORDS("records"),
    /** Everything else: set-up, pings. */
    OTHER("other");

    private final String label;

    Call(String label) {
      this.label = label;
    }

    /** The kind's name as the value of a label. */
    public String label() {
      return label;
    }
  }

  private final LongAdder[] answered = adders();
  private final LongAdder[] failed = adders();
  private final LongAdder[] latencyNanos = adders();

  RedisMeters() {}

  private static LongAdder[] adders() {
    LongAdder[] adders = new LongAdder[Call.values().length];
    for (int i = 0; i < adders.length; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  void countAnswered(Call call, long nanos) {
    answered[call.ordinal()].increment();
    latencyNanos[call.ordinal()].add(nanos);
  }

  void countFailed(Call call) {
    failed[call.ordinal()].increment();
  }

  /** Commands that Redis answered without an error. */
  public long answered(Call call) {
    return answered[call.ordinal()].sum();
  }

  /** Commands that Redis refused, or did not answer. */
  public long failed(Call call) {
    return failed[call.ordinal()].sum();
  }

  /** From sending to answer, summed over the answered commands, in nanoseconds. */
  public long latencyNanos(Call call) {
    return latencyNanos[call.ordinal()].sum();
  }
}
