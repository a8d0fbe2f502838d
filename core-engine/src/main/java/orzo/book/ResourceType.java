package orzo.book;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A type of resources.
 *
 * @param name its name
 * @param attributes what its resources have beside what all resources have, by name, in the order
 *     in which they were stated
 */
public record ResourceType(String name, Map<String, Attribute> attributes) {
  /** The type of resources that have no attributes of their own; every tenant has it. */
  public static final ResourceType GENERIC = new ResourceType("generic", Map.of());

  /**
   * An attribute.
   *
   * @param required whether a resource must state it when it is created
   */
  public record Attribute(AttributeType type, boolean required) {}

  /** Keeps a copy. */
  public ResourceType {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }
}
