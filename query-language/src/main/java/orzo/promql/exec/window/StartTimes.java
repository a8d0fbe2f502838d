package orzo.promql.exec.window;

/**
 * What start timestamps tell of counters: when a sample says that its count began after the one
 * before it, the counter was reset in between, however the values compare. Timestamps are epoch
 * milliseconds; a start of 0 is not known. Source: Prometheus's promql/functions.go, {@code
 * isStartTimestampReset} and {@code checkStartTimeOverlap}.
 */
final class StartTimes {
  private StartTimes() {}

  /** Whether sample {@code i} says that it counts anew since the one before it. */
  static boolean isReset(long[] starts, long[] times, int i) {
    long start = starts[i];
    long before = times[i - 1];
    if (start == 0 || start >= times[i] || start < before) {
      return false; // unknown, as OpenTelemetry says that also by the sample's own time, or older
    }
    if (start > before) {
      return true;
    }
    // It begins where the other one ends: the next of several differences, unless the other one's
    // own start makes no sense, for then this is how a sum of unknown start goes on.
    long startBefore = starts[i - 1];
    return startBefore != 0 && startBefore < before;
  }

  /** Whether sample {@code i} counts some of what the one before it counted, from another start. */
  static boolean overlaps(long[] starts, long[] times, int i) {
    return starts[i] != 0 && starts[i] < times[i - 1] && starts[i] != starts[i - 1];
  }

  /** Whether a series begins with sample {@code i} after {@code fromMillis}, at zero. */
  static boolean beginsAfter(long fromMillis, long[] starts, long[] times, int i) {
    return starts[i] != 0 && starts[i] > fromMillis && starts[i] < times[i];
  }
}
