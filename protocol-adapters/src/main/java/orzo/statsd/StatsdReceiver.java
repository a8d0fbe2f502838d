package orzo.statsd;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.mapping.Mapping;
import orzo.storage.OutageLog;

/**
 * Everything about StatsD but the network. One thread, the listener's, brings packets and commands
 * and says when to flush; it only adds up. What was added up goes to a second thread, which
 * computes statistics, and from there to a third, which writes to storage: neither a slow
 * computation nor slow storage keeps packets waiting.
 */
public final class StatsdReceiver implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StatsdReceiver.class);

  /** How long the computation of the last flush may take when the gateway stops. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What the receiver needs from the rest of the gateway. */
  public record Surroundings(
      Intake intake,
      IntakeCounters intakeCounters,
      Mapping mapping,
      LongPredicate deleted,
      OutageLog outages,
      InstantSource clock,
      LongSupplier nanos,
      long seed) {}

  private final long intervalMillis;
  private final long startMillis;
  private final boolean sevenBits;
  private final InstantSource clock;
  private final StatsdCounters counters;
  private final Aggregator aggregator;
  private final Console console;
  private final FlushStore store;
  private final Flusher flusher;
  private final AtomicBoolean computing = new AtomicBoolean();
  private final ExecutorService computer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("statsd-flush").factory());
  private long lastFlushSeconds;

  /**
   * Creates a receiver; it stores nothing before {@link #start}.
   *
   * @param forward a carbon server that flushed statistics are sent to as well
   */
  public StatsdReceiver(
      StatsdSettings settings,
      StatsdCounters counters,
      Optional<InetSocketAddress> forward,
      Surroundings surroundings) {
    this.counters = counters;
    sevenBits = settings.dialects().isEmpty(); // so the reference daemon reads connections
    clock = surroundings.clock();
    intervalMillis = settings.flushInterval().toMillis();
    // Flushes are at whole multiples of the interval from the second in which the gateway started.
    startMillis = Math.floorDiv(clock.millis() + 500, 1000L) * 1000;
    SeriesNames names = new SeriesNames(settings.namespace(), surroundings.mapping());
    store =
        new FlushStore(
            surroundings.intake(),
            surroundings.intakeCounters(),
            names,
            surroundings.deleted(),
            surroundings.outages(),
            settings.limits().pendingSamples());
    CarbonForwarder forwarder =
        forward
            .map(to -> new CarbonForwarder(to.getHostString(), to.getPort(), counters, clock))
            .orElse(null);
    flusher = new Flusher(settings, names, store, forwarder, surroundings.nanos());
    aggregator = new Aggregator(settings, counters, clock, surroundings.seed());
    console = new Console(settings, aggregator, forwarder, clock);
  }

  /** Starts to write to storage. */
  public void start() {
    store.start();
  }

  /** Samples that were flushed and wait for storage. */
  public int waitingSamples() {
    return store.waitingSamples();
  }

  /** Asks for all series anew, because mapping rules have changed. */
  public void forgetSeries() {
    store.forgetSeries();
  }

  /** What came in and what became of it. */
  public StatsdCounters counters() {
    return counters;
  }

  /** Takes a packet. For the listener's thread. */
  void packet(byte[] bytes, int start, int end) {
    aggregator.packet(bytes, start, end);
  }

  /** Hears that all packets that had arrived are taken. For the listener's thread. */
  void batchEnded() {
    aggregator.batchEnded();
  }

  /** Counts bytes that are not even a line. For the listener's thread. */
  void fault(LineFault fault) {
    aggregator.fault(fault);
  }

  /** Whether connections bring ASCII, and the eighth bit of each byte is nothing. */
  boolean readsSevenBits() {
    return sevenBits;
  }

  /** Answers a command; null asks to hang up. For the listener's thread. */
  @Nullable String answer(String command) {
    return console.answer(command);
  }

  /** How long until the next flush. */
  long millisToFlush() {
    long now = clock.millis();
    // A timer that fires a little early must not lead to two flushes.
    long next = Math.round((double) (now - startMillis) / intervalMillis) + 1;
    return Math.max(1, startMillis + next * intervalMillis - now);
  }

  /**
   * Flushes. When the flush before is not computed yet, goes on adding up instead: then the next
   * one tells of two intervals. For the listener's thread.
   */
  void flush() {
    flush(Math.floorDiv(clock.millis() + 500, 1000L));
  }

  private void flush(long seconds) {
    if (!computing.compareAndSet(false, true)) {
      counters.skippedFlush();
      return;
    }
    lastFlushSeconds = seconds;
    Snapshot snapshot = aggregator.flush(seconds);
    computer.execute(() -> {
      try {
        flusher.flush(snapshot);
      } catch (RuntimeException e) { // the top of a thread
        log.error("statsd: a flush failed", e);
      } finally {
        computing.set(false);
      }
    });
  }

  /** Flushes what is left before the gateway stops. For the listener's thread. */
  void flushLast() {
    // Not at the same second as the flush before, whose samples would be replaced.
    flush(Math.max(Math.floorDiv(clock.millis() + 500, 1000L), lastFlushSeconds + 1));
  }

  /** Waits a moment until what was flushed is stored; drops and counts the rest. */
  @Override
  public void close() {
    computer.shutdown();
    try {
      if (!computer.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("statsd: the last flush was not computed in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
