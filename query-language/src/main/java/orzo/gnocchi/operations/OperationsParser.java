package orzo.gnocchi.operations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.storage.GatewayException;

/**
 * Reads operations as Gnocchi's clients write them: nested lists of JSON, {@code ["aggregate",
 * "mean", ["metric", "cpu.*", "mean"]]}, or a string, {@code "(aggregate mean (metric cpu.*
 * mean))"}.
 *
 * <p>Of several things that are wrong, the one is told that Gnocchi tells, which is the outermost
 * operation, or a reference to a metric that is none. Beyond Gnocchi, a word of the string may be
 * quoted, so that it can hold blanks and parentheses.
 */
public final class OperationsParser {
  /** How deep operations may be nested; reading and evaluating them recurses. */
  public static final int MAX_DEPTH = 100;

  private static final String METRIC = "metric";

  private final Function<String, Optional<Duration>> timespans;

  /**
   * Creates a parser.
   *
   * @param timespans reads a length of time; empty for a text that says none
   */
  public OperationsParser(Function<String, Optional<Duration>> timespans) {
    this.timespans = timespans;
  }

  /**
   * Reads operations.
   *
   * @param stated a string, or what JSON has: nested {@link List}s, strings, numbers, booleans,
   *     maps, null
   * @throws InvalidOperations when they are none
   */
  public Operation parse(@Nullable Object stated) {
    Object tree = stated instanceof String text ? NestedLists.read(text, MAX_DEPTH) : stated;
    checkDepth(tree, 0);
    return operation(tree);
  }

  private static void checkDepth(@Nullable Object tree, int depth) {
    if (tree instanceof List<?> list) {
      if (depth == MAX_DEPTH) {
        throw InvalidOperations.form("lists nested more than " + MAX_DEPTH + " deep");
      }
      list.forEach(element -> checkDepth(element, depth + 1));
    }
  }

  private Operation operation(@Nullable Object tree) {
    if (!(tree instanceof List<?> list)) {
      throw InvalidOperations.form("Expected a tuple/list, got a " + PythonText.type(tree));
    }
    if (list.isEmpty()) {
      throw InvalidOperations.form("Operation must not be empty");
    }
    if (list.size() < 2) {
      throw InvalidOperations.form("Operation need at least one argument");
    }
    Object name = list.getFirst();
    List<?> arguments = list.subList(1, list.size());
    if (METRIC.equals(name)) {
      return measures(arguments);
    }
    return (name instanceof String text ? operation(text, arguments) : Optional.<Operation>empty())
        .orElseThrow(
            () -> InvalidOperations.form("'" + PythonText.show(name) + "' operation invalid"));
  }

  private static Operation measures(List<?> arguments) {
    if (arguments.size() == 2
        && arguments.get(0) instanceof String metric
        && arguments.get(1) instanceof String aggregation) {
      return new Operation.Measures(List.of(new MetricSelector(metric, aggregation)));
    }
    List<MetricSelector> selectors = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof List<?> pair
          && pair.size() == 2
          && pair.get(0) instanceof String metric
          && pair.get(1) instanceof String aggregation) {
        selectors.add(new MetricSelector(metric, aggregation));
      } else {
        throw new InvalidOperations(
            InvalidOperations.Kind.FORM,
            "expected a metric and its aggregation, two strings",
            List.of(i));
      }
    }
    return new Operation.Measures(selectors);
  }

  /** The operation of that name, if there is one and its arguments fit. */
  private Optional<Operation> operation(String name, List<?> arguments) {
    return switch (name) {
      case "aggregate" -> aggregate(arguments);
      case "rolling" -> rolling(arguments);
      case "resample" -> resample(arguments);
      case "rateofchange", "rateofchangesec" ->
          arguments.size() == 1
              ? series(arguments.getFirst())
                  .map(operand -> new Operation.Change(name.endsWith("sec"), operand))
              : Optional.empty();
      case "clip" -> clip(arguments);
      default ->
          switch (arguments.size()) {
            case 1 ->
                UnaryOperator.named(name)
                    .flatMap(operator ->
                        operand(arguments.getFirst())
                            .map(operand -> new Operation.Unary(operator, operand)));
            case 2 -> BinaryOperator.named(name).flatMap(operator -> binary(operator, arguments));
            default -> Optional.empty();
          };
    };
  }

  private Optional<Operation> binary(BinaryOperator operator, List<?> arguments) {
    return operand(arguments.get(0))
        .flatMap(left ->
            operand(arguments.get(1)).map(right -> new Operation.Binary(operator, left, right)));
  }

  private Optional<Operation> clip(List<?> arguments) {
    if (arguments.size() != 2 && arguments.size() != 3) {
      return Optional.empty();
    }
    List<Operation> operands = new ArrayList<>();
    for (Object argument : arguments) {
      Optional<Operation> operand = operand(argument);
      if (operand.isEmpty()) {
        return Optional.empty();
      }
      operands.add(operand.get());
    }
    Optional<Operation> high =
        operands.size() == 3 ? Optional.of(operands.get(2)) : Optional.empty();
    return Optional.of(new Operation.Clip(operands.get(0), operands.get(1), high));
  }

  private Optional<Operation> aggregate(List<?> arguments) {
    if (arguments.size() != 2 || !(arguments.get(0) instanceof String name)) {
      return Optional.empty();
    }
    return Reaggregation.parse(name)
        .flatMap(method ->
            series(arguments.get(1)).map(operand -> new Operation.Aggregate(method, operand)));
  }

  private Optional<Operation> rolling(List<?> arguments) {
    if (arguments.size() != 3 || !(arguments.get(0) instanceof String name)) {
      return Optional.empty();
    }
    OptionalInt window = PythonText.asInt(arguments.get(1));
    if (window.isEmpty() || window.getAsInt() < 1) {
      return Optional.empty();
    }
    return Reaggregation.parse(name)
        .flatMap(method ->
            series(arguments.get(2))
                .map(operand -> new Operation.Rolling(method, window.getAsInt(), operand)));
  }

  private Optional<Operation> resample(List<?> arguments) {
    if (arguments.size() != 3 || !(arguments.get(0) instanceof String name)) {
      return Optional.empty();
    }
    Optional<Duration> granularity =
        timespan(arguments.get(1)).filter(OperationsParser::isGranularity);
    if (granularity.isEmpty()) {
      return Optional.empty();
    }
    return method(name)
        .flatMap(method ->
            series(arguments.get(2))
                .map(operand ->
                    new Operation.Resample(
                        method, new Sampling.Fixed(granularity.get().toMillis()), operand)));
  }

  private Optional<Duration> timespan(@Nullable Object stated) {
    return switch (stated) {
      case String text -> timespans.apply(text);
      case Boolean _ -> Optional.empty();
      case Number number -> timespans.apply(number.toString());
      case null, default -> Optional.empty();
    };
  }

  /** Whether windows can have that length: whole milliseconds, as all times have here. */
  private static boolean isGranularity(Duration timespan) {
    return timespan.isPositive()
        && timespan.compareTo(ArchivePolicy.MAX_TIMESPAN) <= 0
        && timespan.equals(Duration.ofMillis(timespan.toMillis()));
  }

  private static Optional<AggregationMethod> method(String name) {
    try {
      return Optional.of(AggregationMethod.parse(name))
          .filter(method -> method.function() != AggregationMethod.Function.INCREASE);
    } catch (GatewayException _) {
      return Optional.empty();
    }
  }

  /** An operand that has values over time, if it is one. */
  private Optional<Operation> series(@Nullable Object tree) {
    return operand(tree).filter(operand -> !operand.selectors().isEmpty());
  }

  /** An operand, if it is one; a reference to a metric that is none is told right away. */
  private Optional<Operation> operand(@Nullable Object tree) {
    OptionalDouble number = PythonText.asFloat(tree);
    if (number.isPresent()) {
      return Optional.of(new Operation.Constant(number.getAsDouble()));
    }
    try {
      return Optional.of(operation(tree));
    } catch (InvalidOperations e) {
      if (e.path().isEmpty()) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
