package orzo.statsd;

/** A gauge. */
final class GaugeSlot extends Slot {
  double value;

  /** How many flushes it may go without an update before it is deleted, if gauges are. */
  int ttl;

  GaugeSlot(SeriesRow row) {
    super(row);
  }

  /** Sets the value, or with {@code signed} changes one that is there and not 0. */
  void set(double value, boolean signed) {
    boolean changes = signed && present && this.value != 0 && !Double.isNaN(this.value);
    this.value = changes ? this.value + value : value;
    present = true;
  }
}
