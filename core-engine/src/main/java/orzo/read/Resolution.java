package orzo.read;

import java.util.Set;
import orzo.fold.Part;

/**
 * Aggregates of one granularity that series have.
 *
 * @param granularityMillis length of a window
 * @param parts what is known of each window
 * @param fromMillis no window that ends after this time has been given up for its age
 */
public record Resolution(long granularityMillis, Set<Part> parts, long fromMillis) {
  /** Creates a resolution. */
  public Resolution {
    parts = Set.copyOf(parts);
  }
}
