package orzo.statsd;

/** A set between two flushes. */
final class SetSlot extends Slot {
  /** Members are bytes; there is nothing else to know about them. */
  final ByteTable<Boolean> members;

  SetSlot(SeriesRow row, long seed) {
    super(row);
    members = new ByteTable<>(seed);
  }
}
