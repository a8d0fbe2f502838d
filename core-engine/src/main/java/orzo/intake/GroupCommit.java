package orzo.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import orzo.metric.SeriesRef;
import orzo.split.SampleExtras;
import orzo.storage.Backlog;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Appends the batches of many requests together: while earlier rounds are on their way to storage,
 * what arrives is collected, and then goes as one entry for each sack.
 *
 * <p>One thread encodes. What waits is bounded; beyond the bound a batch is refused at once.
 */
public final class GroupCommit implements AutoCloseable {
  /** Rounds on their way to storage at once: one is being stored while the next travels. */
  private static final int MAX_ROUNDS = 2;

  /**
   * Samples of one entry; more go into the next, so that readers stay bounded. A sample takes 1 to
   * 24 bytes there and 20 decoded.
   */
  static final int MAX_ENTRY_SAMPLES = 2_048;

  /** Bytes that an entry with histograms may have before its last sample, for the same reason. */
  static final int MAX_ENTRY_BYTES = 64 << 10;

  /** How long storage counts as full after it refused something for want of room. */
  private static final Duration FULL_PAUSE = Duration.ofSeconds(1);

  private record Waiting(SampleBatch batch, CompletableFuture<Void> done) {}

  private final Backlog backlog;
  private final AppendListener listener;
  private final EntryCodec.Writer[] writers; // by sack; used by the committing thread only
  private final long maxWaitingSamples;
  private final Thread thread;
  private volatile long fullUntilNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private ArrayDeque<Waiting> waiting = new ArrayDeque<>(); // guarded by lock
  private long waitingSamples; // guarded by lock
  private int rounds; // guarded by lock
  private boolean closed; // guarded by lock

  /** Hears of every entry that storage acknowledged. */
  public interface AppendListener {
    /** Called once for each entry, possibly out of order, before its batches complete. */
    void appended(int sack, BacklogPosition position);
  }

  /**
   * Creates and starts it.
   *
   * @param maxWaitingSamples how many samples may wait, here and on the way to storage; histograms
   *     count as many, see {@link SampleBatch#weight}
   */
  public GroupCommit(Backlog backlog, int sacks, long maxWaitingSamples, AppendListener listener) {
    this.backlog = backlog;
    this.listener = listener;
    this.maxWaitingSamples = maxWaitingSamples;
    this.writers = new EntryCodec.Writer[sacks];
    for (int sack = 0; sack < sacks; sack++) {
      writers[sack] = new EntryCodec.Writer(4096);
    }
    thread = Thread.ofPlatform().name("orzo-group-commit").daemon().start(this::run);
  }

  /** See {@link Intake#append}. */
  public CompletionStage<Void> append(SampleBatch batch) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (batch.size() == 0) {
      done.complete(null);
      return done;
    }
    lock.lock();
    try {
      if (closed) {
        done.completeExceptionally(
            new GatewayException(Kind.UNAVAILABLE, "append: the gateway is stopping"));
      } else if (waitingSamples > 0 && waitingSamples + batch.weight() > maxWaitingSamples) {
        done.completeExceptionally(
            new GatewayException(
                Kind.LIMIT,
                "append: "
                    + waitingSamples
                    + " samples wait for storage already (limit: "
                    + maxWaitingSamples
                    + ")"));
      } else {
        waiting.add(new Waiting(batch, done));
        waitingSamples += batch.weight();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    return done;
  }

  /** How many samples wait, here and on the way to storage, see {@link SampleBatch#weight}. */
  public long waitingSamples() {
    lock.lock();
    try {
      return waitingSamples;
    } finally {
      lock.unlock();
    }
  }

  /** Whether storage has just refused something for want of room. */
  boolean isStorageFull() {
    return System.nanoTime() - fullUntilNanos < 0;
  }

  /** Looks whether a failure of storage says that there is no room. */
  void storageFailed(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof GatewayException e && e.kind() == Kind.LIMIT) {
      fullUntilNanos = System.nanoTime() + FULL_PAUSE.toNanos();
    }
  }

  /** Sends what waits, then stops; what is appended afterwards is refused. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (ArrayDeque<Waiting> batches = take(); batches != null; batches = take()) {
      Round round = new Round(batches);
      try {
        send(batches, round);
      } catch (RuntimeException e) {
        round.fail(e);
      } finally {
        round.entryDone(); // the one that the round was created with
      }
    }
  }

  /** Waits for batches and for a free round; null when closed and all is sent and acknowledged. */
  private @Nullable ArrayDeque<Waiting> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() || rounds == MAX_ROUNDS) {
        if (closed && waiting.isEmpty() && rounds == 0) {
          return null;
        }
        changed.awaitUninterruptibly();
      }
      ArrayDeque<Waiting> taken = waiting;
      waiting = new ArrayDeque<>();
      rounds++;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void send(Iterable<Waiting> batches, Round round) {
    for (Waiting waiter : batches) {
      SampleBatch batch = waiter.batch;
      if (batch.extras != null) {
        sendWithExtras(batch, batch.extras, round);
        continue;
      }
      for (int i = 0; i < batch.size; i++) {
        long ref = batch.refs[i];
        EntryCodec.Writer writer = writers[SeriesRef.sack(ref)];
        writer.add(SeriesRef.series(ref), batch.timestampsMillis[i], batch.values[i]);
        if (writer.samples() >= MAX_ENTRY_SAMPLES) {
          round.append(SeriesRef.sack(ref), takeEntry(writer));
        }
      }
    }
    for (int sack = 0; sack < writers.length; sack++) {
      if (writers[sack].samples() > 0) {
        round.append(sack, takeEntry(writers[sack]));
      }
    }
  }

  private void sendWithExtras(SampleBatch batch, SampleExtras extras, Round round) {
    for (int i = 0; i < batch.size; i++) {
      long ref = batch.refs[i];
      EntryCodec.Writer writer = writers[SeriesRef.sack(ref)];
      writer.add(SeriesRef.series(ref), batch.timestampsMillis[i], batch.values[i]);
      writer.addExtras(extras.startMillis(i), extras.histogram(i));
      if (writer.samples() >= MAX_ENTRY_SAMPLES || writer.bytes() >= MAX_ENTRY_BYTES) {
        round.append(SeriesRef.sack(ref), takeEntry(writer));
      }
    }
  }

  private static byte[] takeEntry(EntryCodec.Writer writer) {
    byte[] entry = writer.toEntry();
    writer.clear();
    return entry;
  }

  /** The batches whose samples travel together, and how many of their entries are outstanding. */
  private final class Round {
    private final Iterable<Waiting> batches;
    private final AtomicInteger outstanding = new AtomicInteger(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Round(Iterable<Waiting> batches) {
      this.batches = batches;
    }

    void append(int sack, byte[] entry) {
      outstanding.incrementAndGet();
      var _ =
          backlog
              .append(sack, entry)
              .whenComplete((position, thrown) -> {
                if (thrown != null) {
                  storageFailed(thrown);
                  fail(thrown);
                } else {
                  listener.appended(sack, position);
                }
                entryDone();
              });
    }

    void fail(Throwable thrown) {
      failure.compareAndSet(null, thrown);
    }

    void entryDone() {
      if (outstanding.decrementAndGet() > 0) {
        return;
      }
      long samples = 0;
      List<Waiting> all = new ArrayList<>();
      for (Waiting waiter : batches) {
        samples += waiter.batch.weight();
        all.add(waiter);
      }
      lock.lock();
      try {
        rounds--;
        waitingSamples -= samples;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      Throwable thrown = failure.get();
      for (Waiting waiter : all) {
        if (thrown == null) {
          waiter.done.complete(null);
        } else {
          waiter.done.completeExceptionally(thrown);
        }
      }
    }
  }
}
