package orzo.book;

import java.time.Instant;
import java.util.UUID;

/** The value of an attribute of a resource. A missing value is no value. */
public sealed interface AttributeValue {
  /** A text. */
  record Text(String text) implements AttributeValue {}

  /** A UUID. */
  record Id(UUID id) implements AttributeValue {}

  /** A number. */
  record Real(double number) implements AttributeValue {}

  /** True or false. */
  record Bool(boolean bool) implements AttributeValue {}

  /** A point in time. */
  record Time(Instant time) implements AttributeValue {}
}
