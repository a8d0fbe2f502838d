package orzo.book;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A resource as it is, or was during a time. Times have microseconds.
 *
 * @param originalId the id as its creator stated it
 * @param creator who created it, null when nobody is known
 * @param revision the number of a state that is over, {@link #CURRENT} for the present one
 * @param revisionStart since when it is as it is here
 * @param revisionEnd until when it was, null for the present state
 * @param attributes the values of its type's attributes, without those that it has no value of
 */
public record ResourceState(
    UUID id,
    String originalId,
    String type,
    @Nullable String creator,
    @Nullable String userId,
    @Nullable String projectId,
    Instant startedAt,
    @Nullable Instant endedAt,
    Instant revisionStart,
    @Nullable Instant revisionEnd,
    int revision,
    Map<String, AttributeValue> attributes) {
  /** The number of the present state. */
  public static final int CURRENT = -1;

  /** Keeps a copy. */
  public ResourceState {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /** This state, over since a time. */
  ResourceState ended(Instant end, int number) {
    return new ResourceState(
        id,
        originalId,
        type,
        creator,
        userId,
        projectId,
        startedAt,
        endedAt,
        revisionStart,
        end,
        number,
        attributes);
  }

  /** The same with other attributes. */
  ResourceState with(Map<String, AttributeValue> others) {
    return new ResourceState(
        id,
        originalId,
        type,
        creator,
        userId,
        projectId,
        startedAt,
        endedAt,
        revisionStart,
        revisionEnd,
        revision,
        others);
  }
}
