package orzo.gnocchi.operations;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orzo.metric.AggregationMethod;

/**
 * What is to be done with measures: a tree whose leaves are measures and numbers. {@code toString}
 * shows it as Gnocchi's messages do.
 */
public sealed interface Operation {
  /** A number, which stands for itself at every time. */
  record Constant(double value) implements Operation {
    @Override
    public String toString() {
      return PythonText.number(value);
    }
  }

  /** The measures that one of the selectors takes, one column for each series. */
  record Measures(List<MetricSelector> selectors) implements Operation {
    /** Keeps each selector once. */
    public Measures {
      selectors = List.copyOf(new LinkedHashSet<>(selectors));
    }

    @Override
    public String toString() {
      return selectors.size() == 1
          ? list("metric", show(selectors.getFirst()))
          : list(
              "metric",
              selectors.stream()
                  .map(selector -> "[" + show(selector) + "]")
                  .collect(Collectors.joining(", ")));
    }

    private static String show(MetricSelector selector) {
      return PythonText.quoted(selector.metric())
          + ", "
          + PythonText.quoted(selector.aggregation());
    }
  }

  /** An operator on every value. */
  record Unary(UnaryOperator operator, Operation operand) implements Operation {
    @Override
    public String toString() {
      return list(operator.symbol(), operand);
    }
  }

  /** The difference between each value and the one before, as it is or per second. */
  record Change(boolean perSecond, Operation operand) implements Operation {
    @Override
    public String toString() {
      return list(perSecond ? "rateofchangesec" : "rateofchange", operand);
    }
  }

  /** An operator on the values of two operands at the same times. */
  record Binary(BinaryOperator operator, Operation left, Operation right) implements Operation {
    @Override
    public String toString() {
      return list(operator.symbol(), left, right);
    }
  }

  /** Values no less than {@code low} and, if it is given, no greater than {@code high}. */
  record Clip(Operation operand, Operation low, Optional<Operation> high) implements Operation {
    @Override
    public String toString() {
      return high.isPresent() ? list("clip", operand, low, high.get()) : list("clip", operand, low);
    }
  }

  /** All columns become one. */
  record Aggregate(Reaggregation method, Operation operand) implements Operation {
    @Override
    public String toString() {
      return list("aggregate", PythonText.quoted(method.name()), operand);
    }
  }

  /** Each value becomes what it and those before it give, {@code window} of them. */
  record Rolling(Reaggregation method, int window, Operation operand) implements Operation {
    @Override
    public String toString() {
      return list("rolling", PythonText.quoted(method.name()), window, operand);
    }
  }

  /** The values of each window of a coarser sampling become one. */
  record Resample(AggregationMethod method, Sampling sampling, Operation operand)
      implements Operation {
    @Override
    public String toString() {
      return list("resample", PythonText.quoted(method.name()), show(sampling), operand);
    }

    private static String show(Sampling sampling) {
      return switch (sampling) {
        case Sampling.Fixed(long millis) -> PythonText.number(millis / 1e3);
        case Sampling.Calendar calendar -> PythonText.quoted(calendar.symbol());
      };
    }
  }

  /** What it works on; none for leaves. */
  default List<Operation> operands() {
    return switch (this) {
      case Constant _, Measures _ -> List.of();
      case Unary unary -> List.of(unary.operand);
      case Change change -> List.of(change.operand);
      case Binary binary -> List.of(binary.left, binary.right);
      case Clip clip ->
          Stream.concat(Stream.of(clip.operand, clip.low), clip.high.stream()).toList();
      case Aggregate aggregate -> List.of(aggregate.operand);
      case Rolling rolling -> List.of(rolling.operand);
      case Resample resample -> List.of(resample.operand);
    };
  }

  /** Every selector in it once, in the order in which they are written. */
  default List<MetricSelector> selectors() {
    Set<MetricSelector> selectors = new LinkedHashSet<>();
    addSelectors(this, selectors);
    return List.copyOf(selectors);
  }

  private static void addSelectors(Operation operation, Collection<MetricSelector> selectors) {
    if (operation instanceof Measures measures) {
      selectors.addAll(measures.selectors);
    }
    operation.operands().forEach(operand -> addSelectors(operand, selectors));
  }

  private static String list(String name, Object... arguments) {
    return Stream.of(arguments)
        .map(Object::toString)
        .collect(Collectors.joining(", ", "[" + PythonText.quoted(name) + ", ", "]"));
  }
}
