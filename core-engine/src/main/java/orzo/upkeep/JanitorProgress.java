package orzo.upkeep;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** What a janitor does and has done, since this node started. Safe for many threads. */
public final class JanitorProgress {
  /** Why a split was removed. */
  public enum Removed {
    /** Its series is deleted. */
    DELETED_SERIES,
    /** Its granularity is not one of the series' archive policy. */
    DROPPED_GRANULARITY;

    /** The reason as the value of a label. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final LongAdder keys = new LongAdder();
  private final LongAdder splits = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder retired = new LongAdder();
  private final LongAdder sweeps = new LongAdder();
  private final LongAdder brokenOff = new LongAdder();
  private final LongAdder[] removed = new LongAdder[Removed.values().length]; // by reason
  private volatile boolean running;
  private volatile long lastStartMillis;
  private volatile Duration lastDuration = Duration.ZERO;

  JanitorProgress() {
    for (Removed reason : Removed.values()) {
      removed[reason.ordinal()] = new LongAdder();
    }
  }

  void started(long nowMillis) {
    lastStartMillis = nowMillis;
    running = true;
  }

  void ended(Duration duration, boolean isComplete) {
    lastDuration = duration;
    (isComplete ? sweeps : brokenOff).increment();
    running = false;
  }

  void scanned(long keyCount, long splitCount) {
    keys.add(keyCount);
    splits.add(splitCount);
  }

  void foundUnknown() {
    unknown.increment();
  }

  void removed(Removed reason, long count) {
    removed[reason.ordinal()].add(count);
  }

  void retired(long series) {
    retired.add(series);
  }

  /** Whether a sweep is under way. */
  public boolean isRunning() {
    return running;
  }

  /** Keys of any kind that storage has looked at, about. */
  public long keys() {
    return keys.sum();
  }

  /** Splits that were seen. */
  public long splits() {
    return splits.sum();
  }

  /** Splits that were seen of series which the catalog has lost; they are left alone. */
  public long unknown() {
    return unknown.sum();
  }

  /** Splits that were removed for a reason. */
  public long removed(Removed reason) {
    return removed[reason.ordinal()].sum();
  }

  /** Series of which nothing was left, and which were deleted therefore. */
  public long retired() {
    return retired.sum();
  }

  /** Sweeps that got to their end. */
  public long sweeps() {
    return sweeps.sum();
  }

  /** Sweeps that did not: storage failed, or another node took over. */
  public long brokenOff() {
    return brokenOff.sum();
  }

  /** When the last sweep began, epoch milliseconds; 0 if there was none. */
  public long lastStartMillis() {
    return lastStartMillis;
  }

  /** How long the last sweep that ended took. */
  public Duration lastDuration() {
    return lastDuration;
  }

  @Override
  public String toString() {
    return splits
        + " splits seen, "
        + Arrays.stream(removed).mapToLong(LongAdder::sum).sum()
        + " removed, "
        + retired
        + " series retired since the start; the last sweep took "
        + lastDuration.toMillis()
        + " ms";
  }
}
