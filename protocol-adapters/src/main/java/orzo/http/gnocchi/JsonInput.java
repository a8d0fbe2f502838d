package orzo.http.gnocchi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a request. Every method throws {@link ApiError} for a member that is not as it
 * should be, in the words of the library that Gnocchi checks with (voluptuous), which its clients
 * may look for. What may be missing may be null as well, unless it is a text that is {@link #states
 * stated}.
 */
final class JsonInput {
  private final JsonObject members;
  private final List<String> path;
  private final String place; // the path as Python would write it

  private JsonInput(JsonObject members, List<String> path, String place) {
    this.members = members;
    this.path = path;
    this.place = place;
  }

  /** A whole body. */
  static JsonInput of(@Nullable Object decoded) {
    if (!(decoded instanceof JsonObject members)) {
      throw ApiError.invalid("expected a dictionary", List.of());
    }
    return new JsonInput(members, List.of(), "data");
  }

  /** Refuses members that have other names. */
  JsonInput allowOnly(String... names) {
    Set<String> allowed = Set.of(names);
    for (String name : members.fieldNames()) {
      if (!allowed.contains(name)) {
        throw invalid("extra keys not allowed", name);
      }
    }
    return this;
  }

  /** Whether the member is there with a value. */
  boolean has(String name) {
    return members.getValue(name) != null;
  }

  /** Whether the member is there, if only as null. */
  boolean states(String name) {
    return members.containsKey(name);
  }

  /** A text, which must be there. */
  String text(String name) {
    return value(name, String.class, "expected str");
  }

  /** Texts; none when they are not there. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonArray elements =
        has(name) ? value(name, JsonArray.class, "expected a list") : new JsonArray();
    for (int i = 0; i < elements.size(); i++) {
      if (!(elements.getValue(i) instanceof String text)) {
        throw element(name, i, "expected str");
      }
      texts.add(text);
    }
    return texts;
  }

  /** The objects of a list, which must be there and hold that many at least. */
  List<JsonInput> objects(String name, int least) {
    JsonArray elements = value(name, JsonArray.class, "expected a list");
    if (elements.size() < least) {
      throw of(name, "length of value must be at least " + least);
    }
    List<JsonInput> objects = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (!(elements.getValue(i) instanceof JsonObject object)) {
        throw element(name, i, "expected a dictionary");
      }
      objects.add(new JsonInput(object, elementPath(name, i), elementPlace(name, i)));
    }
    return objects;
  }

  /** A whole number, if it is there: as such, with decimals that are cut off, or as a text. */
  OptionalLong number(String name, long least, long most) {
    if (!has(name)) {
      return OptionalLong.empty();
    }
    Object stated = members.getValue(name);
    BigInteger number =
        stated instanceof String text && text.strip().matches("[+-]?\\d{1,20}")
            ? new BigInteger(text.strip())
            : finite(stated).map(BigDecimal::toBigInteger).orElse(null);
    if (number == null) {
      throw of(name, "expected int");
    }
    if (number.compareTo(BigInteger.valueOf(least)) < 0) {
      throw of(name, "value must be at least " + least);
    }
    if (number.compareTo(BigInteger.valueOf(most)) > 0) {
      throw of(name, "value must be at most " + most);
    }
    return OptionalLong.of(number.longValue());
  }

  /** A length of time, more than nothing, if it is there. */
  Optional<Duration> timespan(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    Duration timespan = lengthOfTime(name);
    if (timespan.isNegative() || timespan.isZero()) {
      throw of(name, "Timespan must be positive");
    }
    return Optional.of(timespan);
  }

  /** A length of time that may be nothing, if it is there. */
  Optional<Duration> timespanOrZero(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    Duration timespan = lengthOfTime(name);
    if (timespan.isNegative()) {
      throw of(name, "Timespan must not be negative");
    }
    return Optional.of(timespan);
  }

  private Duration lengthOfTime(String name) {
    Object stated = members.getValue(name);
    return (stated instanceof String text
            ? Timespan.parse(text)
            : finite(stated).flatMap(Timespan::of))
        .orElseThrow(() -> of(name, "Unable to parse timespan"));
  }

  /** A number without the two infinities, and without digits that would fill the memory. */
  private static Optional<BigDecimal> finite(@Nullable Object stated) {
    return switch (stated) {
      case Integer number -> Optional.of(BigDecimal.valueOf(number));
      case Long number -> Optional.of(BigDecimal.valueOf(number));
      case BigInteger number when number.bitLength() < 1_100 -> Optional.of(new BigDecimal(number));
      case Double number when Double.isFinite(number) -> Optional.of(BigDecimal.valueOf(number));
      case null, default -> Optional.empty();
    };
  }

  private <T> T value(String name, Class<T> type, String expected) {
    if (!states(name)) {
      throw invalid("required key not provided", name);
    }
    Object stated = members.getValue(name);
    if (!type.isInstance(stated)) {
      throw of(name, expected);
    }
    return type.cast(stated);
  }

  /** What is wrong with the value of a member. */
  ApiError of(String name, String reason) {
    return invalid(reason + " for dictionary value", name);
  }

  /** What is wrong with one element of a list. */
  ApiError element(String name, int position, String reason) {
    return ApiError.invalid(
        reason + " @ " + elementPlace(name, position), elementPath(name, position));
  }

  private ApiError invalid(String reason, String name) {
    List<String> where = new ArrayList<>(path);
    where.add(name);
    return ApiError.invalid(reason + " @ " + place + "['" + name + "']", where);
  }

  private List<String> elementPath(String name, int position) {
    List<String> where = new ArrayList<>(path);
    where.add(name);
    where.add(Integer.toString(position));
    return where;
  }

  private String elementPlace(String name, int position) {
    return place + "['" + name + "'][" + position + "]";
  }
}
