package orzo.gnocchi.operations;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as Python shows them and reads them, for messages and numbers as Gnocchi has them. */
final class PythonText {
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:\\d+(?:_\\d+)*(?:\\.(?:\\d+(?:_\\d+)*)?)?|\\.\\d+(?:_\\d+)*)"
              + "(?:[eE][+-]?\\d+(?:_\\d+)*)?");
  private static final Pattern INFINITE = Pattern.compile("(?i)([+-]?)inf(?:inity)?");
  private static final Pattern NOT_A_NUMBER = Pattern.compile("(?i)[+-]?nan");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+(?:_\\d+)*");

  /** Longer texts are no numbers here; no double needs more digits to be told from others. */
  private static final int MAX_NUMBER_LENGTH = 1_000;

  private PythonText() {}

  /** The name of a type of JSON in Python. */
  static String type(@Nullable Object value) {
    String name =
        switch (value) {
          case null -> "NoneType";
          case String _ -> "str";
          case Boolean _ -> "bool";
          case Integer _, Long _, BigInteger _ -> "int";
          case Number _ -> "float";
          case List<?> _ -> "list";
          default -> "dict";
        };
    return "<class '" + name + "'>";
  }

  /** A value of JSON as {@code str} shows it. */
  static String show(@Nullable Object value) {
    return value instanceof String text ? text : repr(value);
  }

  private static String repr(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean truth -> truth ? "True" : "False";
      case String text -> quoted(text);
      case Integer whole -> whole.toString();
      case Long whole -> whole.toString();
      case BigInteger whole -> whole.toString();
      case Number number -> number(number.doubleValue());
      case List<?> list ->
          list.stream().map(PythonText::repr).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> members ->
          members.entrySet().stream()
              .map(member -> repr(member.getKey()) + ": " + repr(member.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  /** A text in quotes. */
  static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c == quote ? "\\" + c : c);
      }
    }
    return quoted.append(quote).toString();
  }

  /** A float: a decimal at least, an exponent below 1e-4 and from 1e16 on. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double magnitude = Math.abs(value);
    if (magnitude == 0 || magnitude >= 1e-4 && magnitude < 1e16) {
      String digits = new BigDecimal(Double.toString(value)).toPlainString();
      return value == 0 ? Double.toString(value) : digits.contains(".") ? digits : digits + ".0";
    }
    String[] parts = Double.toString(value).split("E", 2);
    int exponent = Integer.parseInt(parts[1]);
    String digits =
        parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
    return String.format(
        Locale.ROOT, "%se%c%02d", digits, exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  /** What {@code float} makes of a value of JSON, if it takes it. */
  static OptionalDouble asFloat(@Nullable Object value) {
    return switch (value) {
      case Boolean truth -> OptionalDouble.of(truth ? 1 : 0);
      case Number number -> OptionalDouble.of(number.doubleValue());
      case String text -> parseFloat(text.strip());
      case null, default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble parseFloat(String text) {
    if (text.length() > MAX_NUMBER_LENGTH) {
      return OptionalDouble.empty();
    }
    if (FLOAT.matcher(text).matches()) {
      return OptionalDouble.of(Double.parseDouble(text.replace("_", "")));
    }
    if (NOT_A_NUMBER.matcher(text).matches()) {
      return OptionalDouble.of(Double.NaN);
    }
    var infinite = INFINITE.matcher(text);
    if (infinite.matches()) {
      return OptionalDouble.of(
          infinite.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return OptionalDouble.empty();
  }

  /** What {@code int} makes of a value of JSON, if it takes it and it is small enough. */
  static OptionalInt asInt(@Nullable Object value) {
    if (value instanceof String text) {
      String plain = text.strip();
      return plain.length() <= 20 && INTEGER.matcher(plain).matches()
          ? small(Double.parseDouble(plain.replace("_", "")))
          : OptionalInt.empty();
    }
    OptionalDouble number = asFloat(value);
    return number.isPresent() ? small(number.getAsDouble()) : OptionalInt.empty();
  }

  private static OptionalInt small(double number) {
    return Math.abs(number) <= Integer.MAX_VALUE
        ? OptionalInt.of((int) number)
        : OptionalInt.empty();
  }
}
