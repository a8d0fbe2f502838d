package orzo.statsd;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What came in over StatsD and what became of it, before it is samples. Safe for many threads to
 * read; packets, lines and values are counted by one thread.
 */
public final class StatsdCounters {
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final AtomicLong values = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong serviceChecks = new AtomicLong();
  private final AtomicLong keys = new AtomicLong();
  private final LongAdder[] faults = new LongAdder[LineFault.values().length];
  private final LongAdder skippedFlushes = new LongAdder();
  private final LongAdder fallingCounts = new LongAdder();
  private final LongAdder forwardFailures = new LongAdder();

  /** Creates counters at zero. */
  public StatsdCounters() {
    for (int i = 0; i < faults.length; i++) {
      faults[i] = new LongAdder();
    }
  }

  /** Datagrams, and pieces of TCP connections in which a line ended. */
  public long packets() {
    return packets.getOpaque();
  }

  /** Lines that are not empty. */
  public long lines() {
    return lines.getOpaque();
  }

  /** Values that were taken: a line may hold several. */
  public long values() {
    return values.getOpaque();
  }

  /** DogStatsD's events. */
  public long events() {
    return events.getOpaque();
  }

  /** DogStatsD's service checks. */
  public long serviceChecks() {
    return serviceChecks.getOpaque();
  }

  /** Keys that are held now, each counted once per type. */
  public long keys() {
    return keys.getOpaque();
  }

  /** Lines, or values of lines, that were not taken. */
  public long faults(LineFault fault) {
    return faults[fault.ordinal()].sum();
  }

  /** Flushes that were left out because the one before was not computed yet; nothing is lost. */
  public long skippedFlushes() {
    return skippedFlushes.sum();
  }

  /** Counters' sums below zero, or not finite, which a counter that only rises can't have. */
  public long fallingCounts() {
    return fallingCounts.sum();
  }

  /** Flushes that could not be forwarded. */
  public long forwardFailures() {
    return forwardFailures.sum();
  }

  // One thread writes these, so that nothing needs to be atomic.
  void packet() {
    packets.setOpaque(packets.getPlain() + 1);
  }

  void line() {
    lines.setOpaque(lines.getPlain() + 1);
  }

  void value() {
    values.setOpaque(values.getPlain() + 1);
  }

  void event() {
    events.setOpaque(events.getPlain() + 1);
  }

  void serviceCheck() {
    serviceChecks.setOpaque(serviceChecks.getPlain() + 1);
  }

  void keys(long now) {
    keys.setOpaque(now);
  }

  void fault(LineFault fault) {
    faults[fault.ordinal()].increment();
  }

  void skippedFlush() {
    skippedFlushes.increment();
  }

  void fallingCount() {
    fallingCounts.increment();
  }

  void forwardFailure() {
    forwardFailures.increment();
  }
}
