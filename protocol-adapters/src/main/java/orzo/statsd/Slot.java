package orzo.statsd;

/** What is aggregated for a key of one type. */
abstract class Slot {
  final SeriesRow row;

  /** Whether the key is there, as the reference daemon sees it; a deleted one is not. */
  boolean present;

  /** How many flushes in a row it was not there. */
  int absentFlushes;

  Slot(SeriesRow row) {
    this.row = row;
  }
}
