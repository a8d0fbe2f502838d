package orzo.book;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A metric that was created through the API.
 *
 * @param creator who created it, null when nobody is known
 * @param name its name, null for none; those of a resource's metrics differ
 * @param unit the unit of its values, null when that was not said
 * @param archivePolicy the name of its archive policy
 * @param resource what it belongs to, null for nothing
 * @param firstName the name that it was created with, null for none. The catalog's labels have it,
 *     and never another
 */
public record MetricRecord(
    UUID id,
    @Nullable String creator,
    @Nullable String name,
    @Nullable String unit,
    String archivePolicy,
    @Nullable UUID resource,
    @Nullable String firstName) {
  /** A metric that is new. */
  public MetricRecord(
      UUID id,
      @Nullable String creator,
      @Nullable String name,
      @Nullable String unit,
      String archivePolicy,
      @Nullable UUID resource) {
    this(id, creator, name, unit, archivePolicy, resource, name);
  }

  /** The same as part of a resource, under a name there. */
  MetricRecord attached(String newName, UUID owner) {
    return new MetricRecord(id, creator, newName, unit, archivePolicy, owner, firstName);
  }

  /** The same as part of no resource; it keeps its name. */
  MetricRecord detached() {
    return new MetricRecord(id, creator, name, unit, archivePolicy, null, firstName);
  }
}
