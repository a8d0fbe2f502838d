package orzo.book;

import java.util.UUID;

/** Why a change is not made. */
public sealed interface BookRefusal {
  /** A type of that name exists. */
  record TypeExists(String name) implements BookRefusal {}

  /** No type of that name exists. */
  record NoSuchType(String name) implements BookRefusal {}

  /** Resources have the type, or it is one that cannot go. */
  record TypeInUse(String name) implements BookRefusal {}

  /** A resource with that id exists, of whatever type. */
  record ResourceExists(UUID id) implements BookRefusal {}

  /** No such resource exists. */
  record NoSuchResource(UUID id) implements BookRefusal {}

  /** No such metric exists, or it is not for the one who asks. */
  record NoSuchMetric(UUID id) implements BookRefusal {}

  /** The resource has a metric of that name. */
  record NamedMetricExists(String name) implements BookRefusal {}

  /** More would be changed at once than can be. */
  record TooMuch(int limit) implements BookRefusal {}
}
