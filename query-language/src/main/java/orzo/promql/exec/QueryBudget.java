package orzo.promql.exec;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.read.ReadBudget;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * What one query may hold in memory at a time, and until when. Samples being read count while they
 * are read, results as long as they are held. Safe for many threads.
 */
final class QueryBudget implements ReadBudget {
  /** What a sample takes in a column of values; that of times is shared or gone soon. */
  private static final long SAMPLE_BYTES = 8;

  /** What a selected series takes apart from its samples: references, and a block's objects. */
  private static final long SERIES_BYTES = 200;

  private final long maxSamples;
  private final long maxSeries;
  private final long maxBytes;
  private final long timeoutNanos;
  private final long startNanos;
  private final LongSupplier nanoTime;
  private final BooleanSupplier cancelled;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong kept = new AtomicLong(); // until the query ends, beside what is held
  private final AtomicLong peak = new AtomicLong();
  private final AtomicLong series = new AtomicLong();

  /** A budget whose time starts now, by {@code nanoTime}. */
  QueryBudget(QueryOptions options, LongSupplier nanoTime) {
    this.maxSamples = options.maxSamples();
    this.maxSeries = options.maxSeries();
    this.maxBytes = options.maxBytes();
    this.timeoutNanos = options.timeout().toNanos();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.cancelled = options.cancelled();
  }

  /** Called by storage; what is wrong travels as the cause, so that storage needn't know it. */
  @Override
  public void charge(long samples) {
    try {
      check();
      requireRoom(held.get() + samples);
    } catch (QueryException e) {
      throw carrier(e);
    }
  }

  /** The exception that carries a query's through storage. */
  static GatewayException carrier(QueryException e) {
    return new GatewayException(Kind.LIMIT, String.valueOf(e.getMessage()), e);
  }

  /** Takes room for samples that stay in memory. */
  void hold(long samples) {
    requireRoom(held.addAndGet(samples));
  }

  /**
   * Counts series that a selector has selected.
   *
   * @throws QueryException when they are more than a query may select, or hold
   */
  void select(long more) {
    if (series.addAndGet(more) > maxSeries) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "query processing would load too many series into memory in query execution (limit: "
              + maxSeries
              + ")");
    }
    requireRoom(held.get());
  }

  /**
   * Takes room for samples that may stay in memory until the query ends, beside what is held, if
   * there is any: a tenth of what may be held, of samples or of bytes.
   */
  boolean keepToTheEnd(long samples) {
    if (kept.addAndGet(samples) <= Math.min(maxSamples, maxBytes / SAMPLE_BYTES) / 10) {
      return true;
    }
    kept.addAndGet(-samples);
    return false;
  }

  /** How many samples were held at most, those being read included. */
  long peak() {
    return peak.get();
  }

  /** How many samples are held now. */
  long held() {
    return held.get();
  }

  /** Of all that was held since {@code before}, only {@code samples} remain. */
  void keepOnly(long before, long samples) {
    held.set(before);
    hold(samples);
  }

  /**
   * Looks at the clock.
   *
   * @throws QueryException when time is up or the asker is gone
   */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new QueryException(
          QueryException.Type.CANCELED, "query was canceled in expression evaluation");
    }
    if (nanoTime.getAsLong() - startNanos > timeoutNanos) {
      throw new QueryException(
          QueryException.Type.TIMEOUT, "query timed out in expression evaluation");
    }
  }

  private void requireRoom(long samples) {
    if (samples > peak.get()) {
      peak.accumulateAndGet(samples, Math::max);
    }
    if (samples > maxSamples) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "query processing would load too many samples into memory in query execution");
    }
    if (samples > (maxBytes - SERIES_BYTES * series.get()) / SAMPLE_BYTES) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "query processing would take too much memory in query execution (limit: "
              + maxBytes
              + " bytes)");
    }
  }
}
