package orzo.intake;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/**
 * A series that a protocol saw for the first time, as it is to be registered. All but the labels
 * counts only if nobody has registered these labels before.
 *
 * @param id the metric's UUID; null for one that its tenant and labels tell, which is what
 *     protocols register
 * @param labels the labels, the name as {@code __name__}
 * @param resource what the series belongs to, null when that is not known
 * @param archivePolicy the name of its archive policy, null when the rules of archive policies
 *     choose. While no policy has that name, the default one counts
 * @param path the dotted path under which the series is sent, null when name and labels tell it
 */
public record Registration(
    @Nullable UUID id,
    Labels labels,
    @Nullable ResourceRef resource,
    @Nullable String archivePolicy,
    @Nullable String path) {
  /** Creates the registration of a series whose labels tell its UUID. */
  public Registration(
      Labels labels,
      @Nullable ResourceRef resource,
      @Nullable String archivePolicy,
      @Nullable String path) {
    this(null, labels, resource, archivePolicy, path);
  }

  /** Creates the registration of a series whose labels tell its UUID and its path. */
  public Registration(
      Labels labels, @Nullable ResourceRef resource, @Nullable String archivePolicy) {
    this(null, labels, resource, archivePolicy, null);
  }

  /** The registration of a series of which nothing but the labels is known. */
  public static Registration of(Labels labels) {
    return new Registration(null, labels, null, null, null);
  }
}
