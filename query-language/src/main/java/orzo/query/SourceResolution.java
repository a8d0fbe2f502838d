package orzo.query;

/** How coarse the data may be that a query is answered from. */
public sealed interface SourceResolution {
  /**
   * Aggregates where they give the same answer as raw samples, or where those have expired; raw
   * samples otherwise.
   */
  record Automatic() implements SourceResolution {}

  /**
   * The coarsest aggregates of windows no longer than this, also where the answer is then not that
   * of raw samples; with zero, raw samples and nothing else.
   */
  record AtMost(long millis) implements SourceResolution {
    /** Creates a bound. */
    public AtMost {
      if (millis < 0) {
        throw new IllegalArgumentException("millis: " + millis + " (expected: >= 0)");
      }
    }
  }

  /** See {@link Automatic}. */
  SourceResolution AUTOMATIC = new Automatic();
}
