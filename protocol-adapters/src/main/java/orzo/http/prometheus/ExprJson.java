package orzo.http.prometheus;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import orzo.index.Matcher;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.Expr.DurationExpr;
import orzo.promql.syntax.Function;
import orzo.promql.syntax.Functions;
import orzo.promql.syntax.PromQlPrinter;
import orzo.promql.syntax.Types;
import orzo.promql.syntax.ValueType;

/**
 * Writes syntax trees as {@code parse_query} answers them, members in the order of their names.
 * Source: Prometheus's web/api/v1/translate_ast.go.
 */
final class ExprJson {
  private static final String NULL = "null";

  private final JsonWriter json;

  private ExprJson(JsonWriter json) {
    this.json = json;
  }

  static void write(JsonWriter json, Expr expression) throws IOException {
    new ExprJson(json).expression(expression);
  }

  private void expression(Expr expression) throws IOException {
    switch (expression) {
      case Expr.NumberLiteral number -> {
        json.raw("{\"type\":\"numberLiteral\",\"val\":");
        json.string(PromQlPrinter.number(number.value()));
      }
      case Expr.StringLiteral string -> {
        json.raw("{\"type\":\"stringLiteral\",\"val\":");
        json.string(string.value());
      }
      case Expr.Paren paren -> {
        json.raw("{\"expr\":");
        expression(paren.inner());
        json.raw(",\"type\":\"parenExpr\"");
      }
      case Expr.Unary unary -> {
        json.raw("{\"expr\":");
        expression(unary.operand());
        json.raw(unary.negative() ? ",\"op\":\"-\"" : ",\"op\":\"+\"");
        json.raw(",\"type\":\"unaryExpr\"");
      }
      case Expr.Binary binary -> binary(binary);
      case Expr.Aggregate aggregate -> aggregate(aggregate);
      case Expr.Call call -> call(call);
      case Expr.VectorSelector selector -> {
        selector(selector);
        boundary(selector.modifiers());
        json.raw(",\"type\":\"vectorSelector\"");
      }
      case Expr.MatrixSelector selector -> {
        selector(selector.vector());
        duration("range", Optional.of(selector.range()));
        boundary(selector.vector().modifiers());
        json.raw(",\"type\":\"matrixSelector\"");
      }
      case Expr.Subquery subquery -> {
        json.raw("{\"expr\":");
        expression(subquery.operand());
        duration("offset", Optional.of(subquery.modifiers().offset()));
        duration("range", Optional.of(subquery.range()));
        startOrEnd(subquery.modifiers());
        duration("step", subquery.step());
        timestamp(subquery.modifiers());
        json.raw(",\"type\":\"subquery\"");
      }
    }
    json.raw('}');
  }

  private void binary(Expr.Binary binary) throws IOException {
    json.raw(binary.returnBool() ? "{\"bool\":true,\"lhs\":" : "{\"bool\":false,\"lhs\":");
    expression(binary.left());
    json.raw(",\"matching\":");
    boolean vectors =
        Types.of(binary.left()) == ValueType.VECTOR && Types.of(binary.right()) == ValueType.VECTOR;
    if (vectors) {
      matching(binary.matching());
    } else {
      json.raw(NULL);
    }
    json.raw(",\"op\":");
    json.string(binary.operator().symbol());
    json.raw(",\"rhs\":");
    expression(binary.right());
    json.raw(",\"type\":\"binaryExpr\"");
  }

  private void matching(Expr.VectorMatching matching) throws IOException {
    json.raw("{\"card\":");
    json.string(matching.cardinality().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.raw(",\"fillValues\":{\"lhs\":");
    fill(matching.fillLeft());
    json.raw(",\"rhs\":");
    fill(matching.fillRight());
    json.raw("},\"include\":");
    Answer.array(json, matching.include(), JsonWriter::string);
    json.raw(",\"labels\":");
    Answer.array(json, matching.labels(), JsonWriter::string);
    json.raw(matching.on() ? ",\"on\":true}" : ",\"on\":false}");
  }

  /** JSON has no number that is none, nor infinity. */
  private void fill(OptionalDouble value) throws IOException {
    boolean finite = value.isPresent() && Double.isFinite(value.getAsDouble());
    json.raw(finite ? PromQlPrinter.number(value.getAsDouble()) : NULL);
  }

  private void aggregate(Expr.Aggregate aggregate) throws IOException {
    json.raw("{\"expr\":");
    expression(aggregate.operand());
    json.raw(",\"grouping\":");
    Answer.array(json, aggregate.grouping(), JsonWriter::string);
    json.raw(",\"op\":");
    json.string(aggregate.operator().symbol());
    json.raw(",\"param\":");
    if (aggregate.parameter().isPresent()) {
      expression(aggregate.parameter().get());
    } else {
      json.raw(NULL);
    }
    json.raw(",\"type\":\"aggregation\",\"without\":");
    json.raw(String.valueOf(aggregate.without()));
  }

  private void call(Expr.Call call) throws IOException {
    Function function = Functions.find(call.function()).orElseThrow();
    json.raw("{\"args\":");
    Answer.array(json, call.arguments(), (_, argument) -> expression(argument));
    json.raw(",\"func\":{\"argTypes\":");
    Answer.array(json, function.argumentTypes(), (_, type) -> json.string(name(type)));
    json.raw(",\"name\":");
    json.string(function.name());
    json.raw(",\"returnType\":");
    json.string(name(function.returnType()));
    json.raw(",\"variadic\":");
    json.integer(function.variadic());
    json.raw("},\"type\":\"call\"");
  }

  private static String name(ValueType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** The members that come before the range, that of the object's start included. */
  private void selector(Expr.VectorSelector selector) throws IOException {
    boolean anchored = selector.modifiers().extension() == Expr.Extension.ANCHORED;
    json.raw(anchored ? "{\"anchored\":true,\"matchers\":" : "{\"anchored\":false,\"matchers\":");
    List<Matcher> matchers = selector.matchers();
    Answer.array(json, matchers, (_, matcher) -> matcher(matcher));
    json.raw(",\"name\":");
    json.string(selector.name());
    duration("offset", Optional.of(selector.modifiers().offset()));
  }

  private void matcher(Matcher matcher) throws IOException {
    json.raw("{\"name\":");
    json.string(matcher.name());
    json.raw(",\"type\":");
    json.string(matcher.operation().symbol());
    json.raw(",\"value\":");
    json.string(matcher.value());
    json.raw('}');
  }

  private void boundary(Expr.Modifiers modifiers) throws IOException {
    boolean smoothed = modifiers.extension() == Expr.Extension.SMOOTHED;
    json.raw(smoothed ? ",\"smoothed\":true" : ",\"smoothed\":false");
    startOrEnd(modifiers);
    timestamp(modifiers);
  }

  private void startOrEnd(Expr.Modifiers modifiers) throws IOException {
    json.raw(
        switch (modifiers.at()) {
          case Expr.At.EvaluationTime _, Expr.At.Instant _ -> ",\"startOrEnd\":null";
          case Expr.At.Start _ -> ",\"startOrEnd\":\"start\"";
          case Expr.At.End _ -> ",\"startOrEnd\":\"end\"";
        });
  }

  private void timestamp(Expr.Modifiers modifiers) throws IOException {
    json.raw(",\"timestamp\":");
    json.raw(
        switch (modifiers.at()) {
          case Expr.At.Instant(long millis) -> Long.toString(millis);
          case Expr.At.EvaluationTime _, Expr.At.Start _, Expr.At.End _ -> NULL;
        });
  }

  /** A duration in whole milliseconds, and the expression that it is computed by if it is. */
  private void duration(String name, Optional<DurationExpr> duration) throws IOException {
    boolean computed = duration.isPresent() && !(duration.get() instanceof DurationExpr.Literal);
    long millis =
        duration.isPresent() && duration.get() instanceof DurationExpr.Literal(double literal, _)
            ? (long) (Math.rint(literal * 1e6) / 1e6)
            : 0;
    json.raw(",\"" + name + "\":" + millis + ",\"" + name + "Expr\":");
    if (computed) {
      duration(duration.get(), false);
    } else {
      json.raw(NULL);
    }
  }

  private void duration(DurationExpr duration, boolean wrapped) throws IOException {
    switch (duration) {
      case DurationExpr.Literal(double millis, boolean isNumber) -> {
        if (wrapped) {
          // Prometheus has no number in parentheses, but one with a plus.
          operation("+", Optional.empty(), Optional.of(duration), true);
        } else {
          json.raw(isNumber ? "{\"duration\":false" : "{\"duration\":true");
          json.raw(",\"type\":\"numberLiteral\",\"val\":");
          json.string(PromQlPrinter.number(millis / 1000));
          json.raw('}');
        }
      }
      case DurationExpr.Paren(DurationExpr inner) -> duration(inner, true);
      case DurationExpr.Step _ -> operation("step", Optional.empty(), Optional.empty(), wrapped);
      case DurationExpr.Range _ -> operation("range", Optional.empty(), Optional.empty(), wrapped);
      case DurationExpr.Negated(DurationExpr operand) ->
          operation("-", Optional.empty(), Optional.of(operand), wrapped);
      case DurationExpr.Arithmetic arithmetic ->
          operation(
              arithmetic.operator().symbol(),
              Optional.of(arithmetic.left()),
              Optional.of(arithmetic.right()),
              wrapped);
      case DurationExpr.Extreme(boolean max, DurationExpr left, DurationExpr right) ->
          operation(max ? "max_of" : "min_of", Optional.of(left), Optional.of(right), wrapped);
    }
  }

  private void operation(
      String operator, Optional<DurationExpr> left, Optional<DurationExpr> right, boolean wrapped)
      throws IOException {
    json.raw("{\"lhs\":");
    operand(left);
    json.raw(",\"op\":");
    json.string(operator);
    json.raw(",\"rhs\":");
    operand(right);
    json.raw(",\"type\":\"durationExpr\"");
    json.raw(wrapped ? ",\"wrapped\":true}" : ",\"wrapped\":false}");
  }

  private void operand(Optional<DurationExpr> duration) throws IOException {
    if (duration.isPresent()) {
      duration(duration.get(), false);
    } else {
      json.raw(NULL);
    }
  }
}
