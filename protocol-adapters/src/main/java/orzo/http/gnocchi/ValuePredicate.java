package orzo.http.gnocchi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The filter of a search for values: an object with one operator, {@code {">": 5}}, whose argument
 * is compared with the value, or {@code {"=": [{"%": 10}, 0]}} with two arguments, each a number or
 * another operator. {@code and}, {@code or} and {@code not} take lists of filters, and are filters
 * themselves. Truth is 1 and falsehood 0, as in Python, and so are true and false in JSON.
 *
 * <p>Errors are {@link ApiError} of 400 in the words of Gnocchi.
 */
final class ValuePredicate {
  private static final int MAX_DEPTH = 50;

  private final DoubleUnaryOperator filter;

  /** An operator with what it is applied to. */
  private record Operation(String name, @Nullable Object argument) {}

  private ValuePredicate(DoubleUnaryOperator filter) {
    this.filter = filter;
  }

  /**
   * Reads a filter.
   *
   * @throws ApiError for what is none
   */
  static ValuePredicate of(@Nullable Object json) {
    return new ValuePredicate(filter(json, Place.BODY, 0));
  }

  /** Whether a value is searched for. */
  boolean accepts(double value) {
    return isTrue(filter.applyAsDouble(value));
  }

  private static boolean isTrue(double result) {
    return result != 0; // NaN is true, as in Python
  }

  private static DoubleUnaryOperator filter(@Nullable Object json, Place place, int depth) {
    Operation only = only(json, place, depth);
    Place inside = place.member(only.name());
    return switch (only.name()) {
      case "and", "∧" -> {
        List<DoubleUnaryOperator> all = filters(only.argument(), inside, depth);
        yield value -> truth(all.stream().allMatch(one -> isTrue(one.applyAsDouble(value))));
      }
      case "or", "∨" -> {
        List<DoubleUnaryOperator> any = filters(only.argument(), inside, depth);
        yield value -> truth(any.stream().anyMatch(one -> isTrue(one.applyAsDouble(value))));
      }
      case "not" -> {
        List<DoubleUnaryOperator> none = filters(only.argument(), inside, depth);
        yield value -> truth(none.stream().noneMatch(one -> isTrue(one.applyAsDouble(value))));
      }
      default -> operation(only, inside, depth);
    };
  }

  /** The one member that an object has. */
  private static Operation only(@Nullable Object json, Place place, int depth) {
    if (!(json instanceof JsonObject object)) {
      throw place.wrong("expected a dictionary");
    }
    if (object.size() != 1) {
      throw place.wrong(
          "length of value must be at " + (object.isEmpty() ? "least" : "most") + " 1");
    }
    if (depth > MAX_DEPTH) {
      throw place.wrong("nested more than " + MAX_DEPTH + " times");
    }
    String name = object.fieldNames().iterator().next();
    return new Operation(name, object.getValue(name));
  }

  private static List<DoubleUnaryOperator> filters(@Nullable Object json, Place place, int depth) {
    if (!(json instanceof JsonArray list)) {
      throw place.wrong("expected a list");
    }
    List<DoubleUnaryOperator> filters = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      filters.add(filter(list.getValue(i), place.element(i), depth + 1));
    }
    return List.copyOf(filters);
  }

  private static DoubleUnaryOperator operation(Operation stated, Place place, int depth) {
    DoubleBinaryOperator operator = operator(stated.name(), place);
    Object arguments = stated.argument();
    if (arguments instanceof Number || arguments instanceof Boolean) {
      double right = number(arguments);
      return value -> operator.applyAsDouble(value, right);
    }
    if (!(arguments instanceof JsonArray list) || list.size() != 2) {
      throw place.wrong("expected float");
    }
    DoubleUnaryOperator left = argument(list.getValue(0), place.element(0), depth);
    DoubleUnaryOperator right = argument(list.getValue(1), place.element(1), depth);
    return value -> operator.applyAsDouble(left.applyAsDouble(value), right.applyAsDouble(value));
  }

  private static DoubleUnaryOperator argument(@Nullable Object json, Place place, int depth) {
    if (json instanceof Number || json instanceof Boolean) {
      double constant = number(json);
      return _ -> constant;
    }
    if (!(json instanceof JsonObject)) {
      throw place.wrong("expected float");
    }
    Operation only = only(json, place, depth + 1);
    return operation(only, place.member(only.name()), depth + 1);
  }

  private static double number(Object json) {
    return json instanceof Number number ? number.doubleValue() : truth(json.equals(true));
  }

  private static DoubleBinaryOperator operator(String name, Place place) {
    return switch (name) {
      case "=", "==", "eq" -> (a, b) -> truth(a == b);
      case "<", "lt" -> (a, b) -> truth(a < b);
      case ">", "gt" -> (a, b) -> truth(a > b);
      case "<=", "≤", "le" -> (a, b) -> truth(a <= b);
      case ">=", "≥", "ge" -> (a, b) -> truth(a >= b);
      case "!=", "≠", "ne" -> (a, b) -> truth(a != b);
      case "%", "mod" -> ValuePredicate::modulo;
      case "+", "add" -> Double::sum;
      case "-", "sub" -> (a, b) -> a - b;
      case "*", "×", "mul" -> (a, b) -> a * b;
      case "/", "÷", "div" -> (a, b) -> a / b;
      case "**", "^", "pow" -> Math::pow;
      default -> throw place.wrongName("extra keys not allowed");
    };
  }

  /** The rest of a division, with the sign of the divisor. */
  private static double modulo(double dividend, double divisor) {
    double rest = dividend % divisor;
    return rest != 0 && rest < 0 != divisor < 0 ? rest + divisor : rest;
  }

  private static double truth(boolean claim) {
    return claim ? 1 : 0;
  }
}
