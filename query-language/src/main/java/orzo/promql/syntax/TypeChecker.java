package orzo.promql.syntax;

import java.util.EnumSet;
import java.util.Set;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.VectorMatching;

/**
 * The rules that an expression of the right form must keep.
 *
 * <p>Source: Prometheus 3.14, promql/parser/parse.go ({@code checkAST}). That only some functions
 * take anchored and smoothed ranges is, as there, found by evaluation.
 */
final class TypeChecker {
  private static final Set<ValueType> OPERANDS = EnumSet.of(ValueType.SCALAR, ValueType.VECTOR);

  private TypeChecker() {}

  /** Returns the type, or throws a {@link SyntaxException} at the part that breaks a rule. */
  static ValueType check(Expr expression) {
    return switch (expression) {
      case Expr.NumberLiteral _ -> ValueType.SCALAR;
      case Expr.StringLiteral _ -> ValueType.STRING;
      case Expr.Paren paren -> check(paren.inner());
      case Expr.Unary unary -> unary(unary);
      case Expr.Binary binary -> binary(binary);
      case Expr.Aggregate aggregate -> aggregate(aggregate);
      case Expr.Call call -> call(call);
      case Expr.VectorSelector selector -> selector(selector);
      case Expr.MatrixSelector matrix -> {
        selector(matrix.vector());
        yield ValueType.MATRIX;
      }
      case Expr.Subquery subquery -> {
        expect(ValueType.VECTOR, subquery.operand(), "a subquery");
        yield ValueType.MATRIX;
      }
    };
  }

  private static void expect(ValueType wanted, Expr part, String place) {
    ValueType found = check(part);
    if (found != wanted) {
      throw new SyntaxException(
          part.position(),
          found.description() + " in " + place + " (expected: " + wanted.description() + ")");
    }
  }

  private static ValueType unary(Expr.Unary unary) {
    return operand(unary.operand(), "after", "a sign");
  }

  private static ValueType operand(Expr operand, String side, String operator) {
    ValueType type = check(operand);
    if (!OPERANDS.contains(type)) {
      throw new SyntaxException(
          operand.position(),
          type.description()
              + " "
              + side
              + " "
              + operator
              + " (expected: scalar or instant vector)");
    }
    return type;
  }

  private static ValueType binary(Expr.Binary binary) {
    String symbol = binary.operator().symbol();
    ValueType left = operand(binary.left(), "left of", symbol);
    ValueType right = operand(binary.right(), "right of", symbol);
    boolean scalars = left == ValueType.SCALAR && right == ValueType.SCALAR;
    boolean vectors = left == ValueType.VECTOR && right == ValueType.VECTOR;
    if (binary.returnBool() && !binary.operator().isComparison()) {
      throw new SyntaxException(
          binary.position(), "bool after " + symbol + " (expected: only after a comparison)");
    }
    if (scalars && binary.operator().isComparison() && !binary.returnBool()) {
      throw new SyntaxException(
          binary.position(),
          symbol + " between scalars without bool (expected: " + symbol + " bool)");
    }
    if (!vectors && binary.operator().isSet()) {
      throw new SyntaxException(
          binary.position(), symbol + " with a scalar (expected: instant vectors on both sides)");
    }
    if (vectors) {
      matching(binary);
    } else {
      noMatching(binary);
    }
    return scalars ? ValueType.SCALAR : ValueType.VECTOR;
  }

  private static void matching(Expr.Binary binary) {
    VectorMatching matching = binary.matching();
    if (matching.on()) {
      for (String label : matching.include()) {
        if (matching.labels().contains(label)) {
          throw new SyntaxException(
              binary.position(),
              "label \""
                  + label
                  + "\" in both on and "
                  + (matching.cardinality() == Cardinality.MANY_TO_ONE
                      ? "group_left"
                      : "group_right")
                  + " (expected: in one of them)");
        }
      }
    }
    if (!binary.operator().isSet()) {
      return;
    }
    if (matching.cardinality() != Cardinality.MANY_TO_MANY) {
      throw new SyntaxException(
          binary.position(),
          "group_left or group_right after "
              + binary.operator().symbol()
              + " (expected: neither, its sides match many to many)");
    }
    if (matching.fillLeft().isPresent() || matching.fillRight().isPresent()) {
      throw new SyntaxException(
          binary.position(),
          "fill after " + binary.operator().symbol() + " (expected: no fill with set operators)");
    }
  }

  // An empty on() or ignoring() passes, as in Prometheus.
  private static void noMatching(Expr.Binary binary) {
    VectorMatching matching = binary.matching();
    if (!matching.labels().isEmpty()) {
      throw new SyntaxException(
          binary.position(),
          (matching.on() ? "on" : "ignoring")
              + " with a scalar (expected: instant vectors on both sides)");
    }
    if (matching.fillLeft().isPresent() || matching.fillRight().isPresent()) {
      throw new SyntaxException(
          binary.position(), "fill with a scalar (expected: instant vectors on both sides)");
    }
  }

  private static ValueType aggregate(Expr.Aggregate aggregate) {
    String place = aggregate.operator().symbol();
    expect(ValueType.VECTOR, aggregate.operand(), place);
    ValueType wanted =
        aggregate.operator() == AggregateOperator.COUNT_VALUES
            ? ValueType.STRING
            : ValueType.SCALAR;
    aggregate
        .parameter()
        .ifPresent(parameter -> expect(wanted, parameter, "the parameter of " + place));
    return ValueType.VECTOR;
  }

  private static ValueType call(Expr.Call call) {
    Function function =
        Functions.find(call.function())
            .orElseThrow(() ->
                new SyntaxException(
                    call.position(), "unknown function \"" + call.function() + "\""));
    checkCount(call, function);
    for (int i = 0; i < call.arguments().size(); i++) {
      Expr argument = call.arguments().get(i);
      if (function.name().equals("info") && i == 1) {
        labelSelector(argument);
      } else {
        expect(
            function.argumentType(i), argument, "argument " + (i + 1) + " of " + function.name());
      }
    }
    return function.returnType();
  }

  private static void checkCount(Expr.Call call, Function function) {
    int count = call.arguments().size();
    int least = function.minArguments();
    int most = function.maxArguments().orElse(Integer.MAX_VALUE);
    if (count >= least && count <= most) {
      return;
    }
    String wanted =
        least == most
            ? Integer.toString(least)
            : most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
    throw new SyntaxException(
        call.position(),
        function.name()
            + " has "
            + count
            + (count == 1 ? " argument" : " arguments")
            + " (expected: "
            + wanted
            + ")");
  }

  /** The second argument of {@code info} selects labels, not series, so it may match everything. */
  private static void labelSelector(Expr argument) {
    if (!(argument instanceof Expr.VectorSelector selector) || !selector.name().isEmpty()) {
      throw new SyntaxException(
          argument.position(),
          "argument 2 of info is no label selector (expected: matchers in braces, without a metric"
              + " name before them)");
    }
  }

  private static ValueType selector(Expr.VectorSelector selector) {
    if (selector.name().isEmpty()) {
      for (Matcher matcher : selector.matchers()) {
        if (!matcher.matches("")) {
          return ValueType.VECTOR;
        }
      }
      throw new SyntaxException(
          selector.position(),
          "selector matches every series (expected: at least one matcher that does not match the"
              + " empty string)");
    }
    boolean own = false;
    for (Matcher matcher : selector.matchers()) {
      if (matcher.name().equals(Labels.NAME)) {
        if (own) {
          throw new SyntaxException(
              selector.position(),
              "metric name is set twice, as \""
                  + selector.name()
                  + "\" and by a matcher of "
                  + Labels.NAME
                  + " (expected: once)");
        }
        own = true;
      }
    }
    return ValueType.VECTOR;
  }
}
