package orzo.book;

import java.util.Map;
import java.util.UUID;

/** One change of what a tenant has: what a record of the log says. */
sealed interface BookChange {
  /** There is a type. */
  record TypeCreated(ResourceType type) implements BookChange {}

  /**
   * A type has other attributes. Values of those that are gone are gone, in the past too.
   *
   * @param fills what all resources of the type have, and had, that had no value of an attribute
   */
  record TypeUpdated(ResourceType type, Map<String, AttributeValue> fills) implements BookChange {}

  /** A type is gone. */
  record TypeDeleted(String name) implements BookChange {}

  /** There is a resource. */
  record ResourceCreated(ResourceState state) implements BookChange {}

  /**
   * A resource is another since the start of the new state.
   *
   * @param number what the state before is called from now on
   */
  record ResourceRevised(ResourceState state, int number) implements BookChange {}

  /** A resource is gone; its metrics were deleted, or detached, by changes before. */
  record ResourceDeleted(UUID id) implements BookChange {}

  /** There is a metric. */
  record MetricCreated(MetricRecord metric) implements BookChange {}

  /** A metric belongs to a resource, under a name. */
  record MetricAttached(UUID id, String name, UUID resource) implements BookChange {}

  /** A metric belongs to no resource. */
  record MetricDetached(UUID id) implements BookChange {}

  /** A metric is deleted; what it measured may still be there. */
  record MetricDeleted(UUID id) implements BookChange {}

  /** Nothing is left of a deleted metric. */
  record MetricExpunged(UUID id) implements BookChange {}
}
