package orzo.promql.syntax;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import orzo.index.Matcher;

/**
 * A PromQL expression as written: nothing is folded, reordered or looked up. The terms are those of
 * Prometheus's own syntax tree.
 */
public sealed interface Expr {
  /** Where it stands in the query text. */
  Position position();

  /**
   * A number, with its sign if one stands before it.
   *
   * @param value the number; of a duration its seconds
   * @param isDuration whether it was written as a duration, such as {@code 5m}
   */
  record NumberLiteral(double value, boolean isDuration, Position position) implements Expr {
    /** A number that was written as one. */
    public NumberLiteral(double value, Position position) {
      this(value, false, position);
    }
  }

  /** A string, unquoted and unescaped. */
  record StringLiteral(String value, Position position) implements Expr {}

  /** An expression in parentheses. */
  record Paren(Expr inner, Position position) implements Expr {}

  /** A sign before an expression other than a number. */
  record Unary(boolean negative, Expr operand, Position position) implements Expr {}

  /** Two expressions and an operator; {@code matching} is the default for scalars. */
  record Binary(
      BinaryOperator operator,
      Expr left,
      Expr right,
      boolean returnBool,
      VectorMatching matching,
      Position position)
      implements Expr {}

  /**
   * An aggregation.
   *
   * @param parameter the {@code k} of {@code topk} and so on
   * @param grouping the label names of {@code by} or {@code without}; {@code by} nothing when
   *     neither was written
   */
  record Aggregate(
      AggregateOperator operator,
      Optional<Expr> parameter,
      Expr operand,
      List<String> grouping,
      boolean without,
      Position position)
      implements Expr {}

  /** A function call; its name is one of {@link Functions}. */
  record Call(String function, List<Expr> arguments, Position position) implements Expr {}

  /**
   * An instant vector selector.
   *
   * @param name the metric name written before the braces, empty when none; also in {@code
   *     matchers}
   * @param matchers all matchers, that of the name included
   */
  record VectorSelector(String name, List<Matcher> matchers, Modifiers modifiers, Position position)
      implements Expr {}

  /** A range vector selector; offset, {@code @}, anchored and smoothed stand in its vector. */
  record MatrixSelector(VectorSelector vector, DurationExpr range, Position position)
      implements Expr {}

  /** A subquery; without a step the default evaluation interval is taken. */
  record Subquery(
      Expr operand,
      DurationExpr range,
      Optional<DurationExpr> step,
      Modifiers modifiers,
      Position position)
      implements Expr {}

  /**
   * What can follow a selector or a subquery.
   *
   * @param offset positive looks back; a bare {@code offset} of zero when none was written
   * @param at the fixed evaluation time
   * @param extension {@code anchored} or {@code smoothed}
   */
  record Modifiers(DurationExpr offset, At at, Extension extension) {
    /** No modifier. */
    public static final Modifiers NONE =
        new Modifiers(DurationExpr.ZERO, new At.EvaluationTime(), Extension.NONE);

    /** Whether there is an offset; one of zero counts as none. */
    public boolean hasOffset() {
      return !(offset instanceof DurationExpr.Literal(double millis, _) && millis == 0);
    }
  }

  /** How a range selector treats its borders. */
  enum Extension {
    NONE,
    ANCHORED,
    SMOOTHED
  }

  /** The {@code @} modifier. */
  sealed interface At {
    /** None written: the time of evaluation. */
    record EvaluationTime() implements At {}

    /** {@code @ 1609746000}. */
    record Instant(long timestampMillis) implements At {}

    /** {@code @ start()}. */
    record Start() implements At {}

    /** {@code @ end()}. */
    record End() implements At {}
  }

  /** A duration, which may be computed from others and from the query's own times. */
  sealed interface DurationExpr {
    /** Nothing. */
    DurationExpr ZERO = new Literal(0);

    /**
     * A written duration, or a number of seconds, with its sign if one stands before it.
     *
     * @param millis milliseconds, fractions kept
     * @param isNumber whether it was written as a number, of seconds
     */
    record Literal(double millis, boolean isNumber) implements DurationExpr {
      /** A duration that was written as one. */
      public Literal(double millis) {
        this(millis, false);
      }
    }

    /** A duration in parentheses; never another such duration inside. */
    record Paren(DurationExpr inner) implements DurationExpr {}

    /** {@code step()}: the step of the query. */
    record Step() implements DurationExpr {}

    /** {@code range()}: end minus start of the query. */
    record Range() implements DurationExpr {}

    /** A minus before a duration other than a literal. */
    record Negated(DurationExpr operand) implements DurationExpr {}

    /** Two durations and one of {@code + - * / % ^}, in seconds. */
    record Arithmetic(BinaryOperator operator, DurationExpr left, DurationExpr right)
        implements DurationExpr {}

    /** {@code min(a, b)} or {@code max(a, b)}. */
    record Extreme(boolean max, DurationExpr left, DurationExpr right) implements DurationExpr {}
  }

  /**
   * How the sides of a binary operation find each other.
   *
   * @param cardinality one of Prometheus's four
   * @param on whether {@code labels} are the ones compared ({@code on}) or the ones left out
   *     ({@code ignoring}, also when neither was written)
   * @param include the labels of {@code group_left} or {@code group_right}
   * @param fillLeft value for a missing left side ({@code fill}, {@code fill_left})
   * @param fillRight value for a missing right side ({@code fill}, {@code fill_right})
   */
  record VectorMatching(
      Cardinality cardinality,
      boolean on,
      List<String> labels,
      List<String> include,
      OptionalDouble fillLeft,
      OptionalDouble fillRight) {
    /** One to one on all labels. */
    public static final VectorMatching DEFAULT =
        new VectorMatching(
            Cardinality.ONE_TO_ONE,
            false,
            List.of(),
            List.of(),
            OptionalDouble.empty(),
            OptionalDouble.empty());
  }

  /** How many partners each side may have. */
  enum Cardinality {
    ONE_TO_ONE,
    MANY_TO_ONE,
    ONE_TO_MANY,
    MANY_TO_MANY
  }
}
