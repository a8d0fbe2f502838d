package orzo.read;

/** What series are read from. */
public sealed interface Source {
  /** Their samples. */
  record Raw() implements Source {}

  /**
   * Windows of one granularity. Those of raw splits with samples that are not aggregated yet are
   * computed from their samples.
   */
  record Windows(long granularityMillis) implements Source {}

  /** Their samples, and windows for those raw splits that have expired. */
  record RawElseWindows(long granularityMillis) implements Source {}

  /** Their samples. */
  Source RAW = new Raw();
}
