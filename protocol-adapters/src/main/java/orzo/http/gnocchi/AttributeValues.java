package orzo.http.gnocchi;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeType;
import orzo.book.AttributeValue;

/** Values of attributes in JSON. */
final class AttributeValues {
  private static final double EXACT_WHOLE = 1L << 53;

  private AttributeValues() {}

  /**
   * Reads a value.
   *
   * @param place where it is, for errors
   * @param now what times are relative to
   */
  static AttributeValue parse(
      AttributeType type, @Nullable Object value, Place place, Instant now) {
    return switch (type) {
      case AttributeType.Text(int minLength, int maxLength) ->
          new AttributeValue.Text(text(value, minLength, maxLength, place));
      case AttributeType.Id() ->
          new AttributeValue.Id(
              (value instanceof String text ? Uuids.parse(text) : Optional.<UUID>empty())
                  .orElseThrow(() -> place.wrong("badly formed hexadecimal UUID string")));
      case AttributeType.Real(Double min, Double max) ->
          new AttributeValue.Real(number(value, min, max, place));
      case AttributeType.Bool() -> {
        if (!(value instanceof Boolean bool)) {
          throw place.wrong("expected bool");
        }
        yield new AttributeValue.Bool(bool);
      }
      case AttributeType.Time() ->
          new AttributeValue.Time(
              ResourceTimes.parse(value, now)
                  .orElseThrow(() -> place.wrong("Unable to convert timestamps")));
    };
  }

  private static String text(@Nullable Object value, int minLength, int maxLength, Place place) {
    if (!(value instanceof String text)) {
      throw place.wrong("expected str");
    }
    int length = text.codePointCount(0, text.length());
    if (length < minLength) {
      throw place.wrong("length of value must be at least " + minLength);
    }
    if (length > maxLength) {
      throw place.wrong("length of value must be at most " + maxLength);
    }
    return text;
  }

  private static double number(
      @Nullable Object value, @Nullable Double min, @Nullable Double max, Place place) {
    double number =
        switch (value) {
          case Number stated -> stated.doubleValue();
          case Boolean bool -> bool ? 1 : 0; // as Python has it
          case null, default -> throw place.wrong("expected Real");
        };
    if (min != null && !(number >= min)) {
      throw place.wrong("value must be at least " + show(min));
    }
    if (max != null && !(number <= max)) {
      throw place.wrong("value must be at most " + show(max));
    }
    return number;
  }

  /** A number for {@link JsonText}: a whole one without a point. */
  static Object json(double number) {
    if (number == Math.rint(number) && Math.abs(number) < EXACT_WHOLE) {
      return (long) number;
    }
    return number;
  }

  static String show(double number) {
    return json(number).toString();
  }

  /** A value for {@link JsonText}. */
  static @Nullable Object json(@Nullable AttributeValue value) {
    return switch (value) {
      case null -> null;
      case AttributeValue.Text(String text) -> text;
      case AttributeValue.Id(UUID id) -> id.toString();
      case AttributeValue.Real(double number) -> number;
      case AttributeValue.Bool(boolean bool) -> bool;
      case AttributeValue.Time(Instant time) -> ResourceTimes.show(time);
    };
  }
}
