package orzo.read;

import java.util.List;

/**
 * What is kept of series that have the same archive policy, as of now.
 *
 * @param policy the name of the policy
 * @param rawFromMillis no sample of this time or later has been given up for its age; of earlier
 *     ones some may still be there
 * @param resolutions their aggregates, finest first
 */
public record Archive(String policy, long rawFromMillis, List<Resolution> resolutions) {
  /** Creates an archive. */
  public Archive {
    resolutions = List.copyOf(resolutions);
  }

  /** Of series of which every sample is kept, and nothing else. */
  public static final Archive RAW_FOR_GOOD = new Archive("", Long.MIN_VALUE, List.of());
}
