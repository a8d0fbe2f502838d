package orzo.statsd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.intake.SampleBatch;
import orzo.mapping.Mapped;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;

/**
 * Writes flushed samples to storage, in the order in which they were flushed, on a thread of its
 * own. What storage does not take is kept and tried again; when too much is kept the oldest is
 * dropped and counted. Safe for many threads.
 */
final class FlushStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FlushStore.class);
  private static final Protocol PROTOCOL = Protocol.STATSD;
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final String PART = "statsd";

  /** How long to wait before trying again. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long what was flushed last may take when the gateway stops. */
  private static final Duration GRACE = Duration.ofMillis(1500);

  /** How long the thread may take to end after that. */
  private static final Duration LAST_GRACE = Duration.ofMillis(200);

  private final Intake intake;
  private final IntakeCounters counters;
  private final SeriesNames names;
  private final LongPredicate deleted;
  private final OutageLog outages;
  private final int limit;
  private final AtomicInteger generation = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ArrayDeque<FlushedSamples> waiting = new ArrayDeque<>(); // guarded by this
  private int waitingSamples; // guarded by this
  private long waitingWeight; // guarded by this
  private boolean closing; // guarded by this
  private Rejection obstacle = Rejection.OVERLOADED; // guarded by this
  private @Nullable Thread writer; // guarded by this

  /**
   * Creates a store whose thread does not run yet.
   *
   * @param deleted whether the series of a reference is
   * @param limit how many samples may wait; a histogram weighs as much as its buckets
   */
  FlushStore(
      Intake intake,
      IntakeCounters counters,
      SeriesNames names,
      LongPredicate deleted,
      OutageLog outages,
      int limit) {
    this.intake = intake;
    this.counters = counters;
    this.names = names;
    this.deleted = deleted;
    this.outages = outages;
    this.limit = limit;
  }

  synchronized void start() {
    writer = Thread.ofVirtual().name("statsd-store").start(this::run);
  }

  /** Takes samples over; drops the oldest that wait when there are too many. */
  synchronized void offer(FlushedSamples samples) {
    counters.received(PROTOCOL, samples.size);
    waiting.add(samples);
    waitingSamples += samples.size;
    waitingWeight += samples.weight();
    while (waitingWeight > limit && waiting.size() > 1) {
      drop(obstacle);
    }
    notifyAll();
  }

  /** Asks for all references anew when they are needed next. */
  void forgetSeries() {
    generation.incrementAndGet();
  }

  /** How many samples wait. */
  synchronized int waitingSamples() {
    return waitingSamples;
  }

  private synchronized void drop(Rejection reason) {
    FlushedSamples oldest = waiting.poll();
    if (oldest != null) {
      waitingSamples -= oldest.size;
      waitingWeight -= oldest.weight();
      counters.rejected(PROTOCOL, reason, oldest.size);
    }
  }

  private void run() {
    try {
      while (true) {
        FlushedSamples next = awaitNext();
        if (next == null) {
          return;
        }
        Rejection failure = write(next);
        if (failure == null || failure == Rejection.INTERNAL) {
          remove(next, failure);
        } else {
          remember(failure);
          if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            return; // what waits is counted by whoever closes
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable FlushedSamples awaitNext() throws InterruptedException {
    while (waiting.isEmpty()) {
      if (closing) {
        return null;
      }
      wait();
    }
    return waiting.peek();
  }

  private synchronized void remember(Rejection failure) {
    obstacle = failure;
  }

  /** Removes what was written, or what can't ever be. */
  private synchronized void remove(FlushedSamples samples, @Nullable Rejection failure) {
    if (waiting.peek() != samples) {
      return; // it had to make room meanwhile, and was counted then
    }
    waiting.poll();
    waitingSamples -= samples.size;
    waitingWeight -= samples.weight();
    if (failure != null) {
      counters.rejected(PROTOCOL, failure, samples.size);
    }
  }

  /** Writes samples; returns why they could not be, null when they were. */
  private @Nullable Rejection write(FlushedSamples samples) {
    try {
      int refused = register(samples);
      SampleBatch batch = new SampleBatch(Math.max(1, samples.size - refused));
      for (int i = 0; i < samples.size; i++) {
        long ref = samples.rows[i].refs[samples.statistics[i]];
        if (ref >= 0) {
          batch.add(
              ref,
              samples.timestampsMillis[i],
              samples.values[i],
              samples.startMillis(i),
              samples.histogram(i));
        }
      }
      if (batch.size() > 0) {
        intake.append(batch).toCompletableFuture().join();
      }
      outages.succeeded(PART);
      accepted(samples, batch.size());
      return null;
    } catch (CompletionException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  private void accepted(FlushedSamples samples, int accepted) {
    synchronized (this) {
      if (waiting.peek() == samples) {
        counters.accepted(PROTOCOL, accepted);
        for (int i = 0; accepted < samples.size && i < samples.size; i++) {
          long ref = samples.rows[i].refs[samples.statistics[i]];
          if (SeriesRow.isRefused(ref)) {
            counters.rejected(PROTOCOL, SeriesRow.reason(ref), 1);
          }
        }
      }
    }
  }

  private Rejection failed(Throwable failure) {
    if (failure instanceof GatewayException e) {
      switch (e.kind()) {
        case UNAVAILABLE -> {
          outages.failed(PART, e);
          return Rejection.UNAVAILABLE;
        }
        case LIMIT -> {
          outages.failed(PART, e);
          return switch (intake.admission()) {
            case ACCEPTING -> Rejection.OVERLOADED;
            case BACKLOG_FULL -> Rejection.BACKLOG_FULL;
            case STORAGE_FULL -> Rejection.STORAGE_FULL;
          };
        }
        case MALFORMED, CORRUPT -> {}
      }
    }
    log.error("statsd: samples are dropped", failure);
    return Rejection.INTERNAL;
  }

  /** Asks for the references that are missing; returns how many samples there are none for. */
  private int register(FlushedSamples samples) {
    List<Registration> registrations = new ArrayList<>();
    int[] places = new int[samples.size];
    int refused = 0;
    int current = generation.get();
    for (int i = 0; i < samples.size; i++) {
      samples.rows[i].forgetUnless(current);
      long[] refs = samples.rows[i].refs;
      int statistic = samples.statistics[i];
      long ref = refs[statistic];
      if (ref >= 0 && deleted.test(ref)) {
        ref = SeriesRow.UNKNOWN;
      }
      if (ref == SeriesRow.UNKNOWN) {
        switch (names.series(samples.rows[i], statistic)) {
          case Mapped.Series(Registration registration) -> {
            places[registrations.size()] = i;
            registrations.add(registration);
          }
          case Mapped.Refused(Rejection reason, String text) -> {
            log.debug("statsd: {}: {}", reason.label(), text);
            ref = SeriesRow.refused(reason);
          }
        }
        refs[statistic] = ref;
      }
      if (SeriesRow.isRefused(ref)) {
        refused++;
      }
    }
    if (!registrations.isEmpty()) {
      long[] refs = intake.register(TENANT, registrations);
      for (int k = 0; k < refs.length; k++) {
        int i = places[k];
        samples.rows[i].refs[samples.statistics[i]] = refs[k];
      }
    }
    return refused;
  }

  /** Waits a moment for what waits to be written; counts the rest as dropped. */
  @Override
  public void close() {
    Thread thread;
    synchronized (this) {
      closing = true;
      closed.countDown();
      notifyAll();
      thread = writer;
      writer = null;
    }
    if (thread == null) {
      return;
    }
    try {
      if (!thread.join(GRACE)) {
        thread.interrupt();
        thread.join(LAST_GRACE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      while (!waiting.isEmpty()) {
        drop(obstacle);
      }
    }
    outages.succeeded(PART);
  }
}
