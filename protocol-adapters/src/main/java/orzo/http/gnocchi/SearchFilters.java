package orzo.http.gnocchi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.Column;
import orzo.book.Condition;
import orzo.book.Condition.Operator;
import orzo.book.LikePattern;
import orzo.book.ResourceType;
import orzo.gnocchi.search.SearchParser;
import orzo.resource.ResourceIds;
import orzo.storage.GatewayException;

/**
 * Reads what resources of a type are searched by, in both forms. Beside their attributes these are
 * {@code created_by_user_id}, {@code created_by_project_id} and {@code lifespan}.
 */
final class SearchFilters {
  private static final Map<String, Operator> OPERATORS =
      Map.ofEntries(
          Map.entry("=", Operator.EQUAL),
          Map.entry("==", Operator.EQUAL),
          Map.entry("eq", Operator.EQUAL),
          Map.entry("!=", Operator.NOT_EQUAL),
          Map.entry("≠", Operator.NOT_EQUAL),
          Map.entry("ne", Operator.NOT_EQUAL),
          Map.entry("<", Operator.LESS),
          Map.entry("lt", Operator.LESS),
          Map.entry("<=", Operator.LESS_OR_EQUAL),
          Map.entry("≤", Operator.LESS_OR_EQUAL),
          Map.entry("le", Operator.LESS_OR_EQUAL),
          Map.entry(">", Operator.GREATER),
          Map.entry("gt", Operator.GREATER),
          Map.entry(">=", Operator.GREATER_OR_EQUAL),
          Map.entry("≥", Operator.GREATER_OR_EQUAL),
          Map.entry("ge", Operator.GREATER_OR_EQUAL));

  private static final Set<String> ALL = Set.of("and", "∧");
  private static final Set<String> ANY = Set.of("or", "∨");

  private final ResourceType type;
  private final boolean history;
  private final String creator;
  private final Instant now;

  /**
   * Creates a reader.
   *
   * @param history whether past states are searched, too
   * @param creator who asks: decides which UUIDs are meant by ids that are none
   * @param now what times are relative to
   */
  SearchFilters(ResourceType type, boolean history, String creator, Instant now) {
    this.type = type;
    this.history = history;
    this.creator = creator;
    this.now = now;
  }

  /** Reads the string form; nothing for an empty text. */
  Optional<Condition> parse(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return parse(new JsonObject(SearchParser.parse(text)));
    } catch (GatewayException e) {
      throw ApiError.of(400, "Invalid filter: " + e.getMessage());
    }
  }

  /** Reads the form in JSON; nothing for an empty object. */
  Optional<Condition> parse(@Nullable Object body) {
    Optional<Node> checked = check(body, Place.BODY);
    return checked.map(this::condition);
  }

  /** A filter whose form is right; whether its attributes are there is not known yet. */
  private sealed interface Node {
    record Joined(boolean all, List<Node> nodes) implements Node {}

    record Negated(Node node) implements Node {}

    /** A comparison, with a value, or those of a list. */
    record Comparison(String operator, String attribute, @Nullable Object value) implements Node {}
  }

  private Optional<Node> check(@Nullable Object body, Place place) {
    if (body instanceof JsonArray list && list.size() > 1) {
      throw place.wrong("length of value must be at most 1");
    }
    if (!(body instanceof JsonObject filter)) {
      throw place.wrong("expected a dictionary");
    }
    if (filter.size() > 1) {
      throw place.wrong("length of value must be at most 1");
    }
    if (filter.isEmpty()) {
      return Optional.empty();
    }
    String operator = filter.fieldNames().iterator().next();
    Object operand = filter.getValue(operator);
    Place inner = place.member(operator);
    if (ALL.contains(operator) || ANY.contains(operator)) {
      return Optional.of(joined(ALL.contains(operator), operand, inner));
    }
    if (operator.equals("not")) {
      return Optional.of(new Node.Negated(required(operand, inner)));
    }
    if (!OPERATORS.containsKey(operator) && !operator.equals("like") && !operator.equals("in")) {
      throw inner.wrongName("extra keys not allowed");
    }
    return Optional.of(comparison(operator, operand, inner));
  }

  /** A filter within another: an empty one says nothing there. */
  private Node required(@Nullable Object body, Place place) {
    return check(body, place).orElseThrow(() -> ApiError.of(400, "Unable to parse this query"));
  }

  private Node joined(boolean all, @Nullable Object operand, Place place) {
    if (!(operand instanceof JsonArray list)) {
      throw place.wrong("expected a list");
    }
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      nodes.add(required(list.getValue(i), place.element(i)));
    }
    if (nodes.isEmpty()) {
      throw place.wrong("length of value must be at least 1");
    }
    return new Node.Joined(all, nodes);
  }

  private Node comparison(String operator, @Nullable Object operand, Place place) {
    int size =
        operand instanceof JsonObject members
            ? members.size()
            : operand instanceof JsonArray list ? list.size() : 1;
    if (size < 1) {
      throw place.wrong("length of value must be at least 1");
    }
    if (size > 1) {
      throw place.wrong("length of value must be at most 1");
    }
    if (!(operand instanceof JsonObject members)) {
      throw place.wrong("expected a dictionary");
    }
    String attribute = members.fieldNames().iterator().next();
    Object value = members.getValue(attribute);
    Place at = place.member(attribute);
    boolean isId = attribute.equals("id");
    if (operator.equals("like") && isId) {
      throw at.wrongName("value must not be one of ['id']");
    }
    if (!operator.equals("in")) {
      return new Node.Comparison(operator, attribute, value(value, isId, at));
    }
    if (!(value instanceof JsonArray list)) {
      throw at.wrong("expected a list");
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      values.add(value(list.getValue(i), isId, at.element(i)));
    }
    if (values.isEmpty()) {
      throw at.wrong("length of value must be at least 1");
    }
    return new Node.Comparison(operator, attribute, values);
  }

  private @Nullable Object value(@Nullable Object value, boolean isId, Place place) {
    if (isId) {
      return ResourceIds.uuid(ResourceInput.id(value, place), creator).toString();
    }
    if (value instanceof JsonObject || value instanceof JsonArray) {
      throw place.wrong("expected str");
    }
    return value;
  }

  private Condition condition(Node node) {
    return switch (node) {
      case Node.Joined(boolean all, List<Node> nodes) -> {
        List<Condition> conditions = nodes.stream().map(this::condition).toList();
        yield all ? new Condition.And(conditions) : new Condition.Or(conditions);
      }
      case Node.Negated(Node negated) -> new Condition.Not(condition(negated));
      case Node.Comparison comparison -> condition(comparison);
    };
  }

  private Condition condition(Node.Comparison comparison) {
    String operator = comparison.operator();
    String attribute = comparison.attribute();
    Object value = comparison.value();
    return switch (attribute) {
      case "lifespan" -> lifespan(operator, attribute, value);
      case "created_by_user_id" -> createdBy(operator, attribute, value, value + ":%");
      case "created_by_project_id" -> createdBy(operator, attribute, value, "%:" + value);
      default -> comparison(operator, attribute, value);
    };
  }

  private Condition lifespan(String operator, String attribute, @Nullable Object value) {
    Operator comparison = OPERATORS.get(operator);
    Optional<Duration> length =
        value == null ? Optional.empty() : Timespan.parse(String.valueOf(value));
    if (comparison == null || length.isEmpty() || !length.get().isPositive()) {
      throw invalid(value, attribute);
    }
    return new Condition.Lifespan(comparison, length.get());
  }

  private Condition createdBy(
      String operator, String attribute, @Nullable Object value, String pattern) {
    Condition is = new Condition.Like(column("creator"), LikePattern.of(pattern));
    Operator comparison = operator.equals("like") ? Operator.EQUAL : OPERATORS.get(operator);
    if (comparison == Operator.EQUAL) {
      return is;
    }
    if (comparison == Operator.NOT_EQUAL) {
      return new Condition.Not(is);
    }
    throw invalid(value, attribute);
  }

  private Column column(String name) {
    return Column.of(type, name, history)
        .orElseThrow(() ->
            ApiError.of(400, "Resource type " + type.name() + " has no " + name + " attribute"));
  }

  private Condition comparison(String operator, String attribute, @Nullable Object value) {
    Column column = column(attribute);
    if (value instanceof List<?> values) {
      Set<Object> converted = new HashSet<>();
      for (Object one : values) {
        if (one != null) {
          converted.add(convert(column, one, attribute));
        }
      }
      return new Condition.In(column, converted);
    }
    Operator comparison = OPERATORS.get(operator);
    if (comparison != null) {
      return new Condition.Compare(
          column, comparison, value == null ? null : convert(column, value, attribute));
    }
    if (column.kind() != Column.Kind.TEXT || value == null) {
      throw invalid(value, attribute);
    }
    return new Condition.Like(column, LikePattern.of(text(value)));
  }

  private Object convert(Column column, Object value, String attribute) {
    Optional<?> converted =
        switch (column.kind()) {
          case TEXT -> Optional.of(text(value));
          case ID -> Uuids.parse(text(value)).map(UUID::toString);
          case REAL -> number(value);
          case WHOLE -> number(value).map(Double::intValue);
          case BOOL -> truth(value);
          case TIME ->
              ResourceTimes.parse(value instanceof Boolean bool ? (bool ? 1 : 0) : value, now);
        };
    return converted.<Object>map(it -> it).orElseThrow(() -> invalid(value, attribute));
  }

  /** What PostgreSQL reads as true or false. */
  private static Optional<Boolean> truth(Object value) {
    if (value instanceof Boolean bool) {
      return Optional.of(bool);
    }
    return switch (value instanceof String text ? text.strip().toLowerCase(Locale.ROOT) : "") {
      case "t", "true", "y", "yes", "on", "1" -> Optional.of(true);
      case "f", "false", "n", "no", "off", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Double> number(Object value) {
    return switch (value) {
      case Number number -> Optional.of(number.doubleValue());
      case Boolean bool -> Optional.of(bool ? 1.0 : 0.0);
      case String text -> Timestamps.number(text);
      default -> Optional.empty();
    };
  }

  /** A value as Python's {@code str} shows it. */
  private static String text(Object value) {
    return switch (value) {
      case Boolean bool -> bool ? "True" : "False";
      default -> value.toString();
    };
  }

  private static ApiError invalid(@Nullable Object value, String attribute) {
    return ApiError.of(
        400,
        "Invalid value: `"
            + (value == null ? "None" : text(value))
            + "' for field `"
            + attribute
            + "'");
  }
}
