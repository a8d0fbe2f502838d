package orzo.statsd;

/** A counter between two flushes. */
final class CounterSlot extends Slot {
  /** The sum since the last flush. */
  double sum;

  /** The sum of all that was counted since the key was first seen; never falls. */
  double total;

  /** Whether it had counts of their own time, which only the total takes part in. */
  boolean timed;

  /** Whether the reference daemon would keep it when it deletes idle counters. */
  final boolean kept;

  CounterSlot(SeriesRow row) {
    super(row);
    String name = row.key.text;
    kept =
        name.contains("packets_received")
            || name.contains("metrics_received")
            || name.contains("bad_lines_seen");
  }

  void add(double count) {
    present = true;
    sum = Double.isNaN(sum) ? count : sum + count;
  }
}
