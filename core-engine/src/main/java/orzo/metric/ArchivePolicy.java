package orzo.metric;

import java.time.Duration;

/**
 * How long a metric's measures are kept.
 *
 * @param name its name
 * @param rawTimespan how long raw measures are kept, counted from the last write of their split
 */
public record ArchivePolicy(String name, Duration rawTimespan) {
  /** Raw measures for 48 hours. */
  public static final ArchivePolicy RAW = new ArchivePolicy("raw", Duration.ofDays(2));
}
