package orzo.promql.syntax;

import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import orzo.promql.grammar.PromQlGrammar.ArithmeticDurationContext;
import orzo.promql.grammar.PromQlGrammar.DurationContext;
import orzo.promql.grammar.PromQlGrammar.DurationValueContext;
import orzo.promql.grammar.PromQlGrammar.ExtremeDurationContext;
import orzo.promql.grammar.PromQlGrammar.LiteralDurationContext;
import orzo.promql.grammar.PromQlGrammar.OffsetContext;
import orzo.promql.grammar.PromQlGrammar.ParenDurationContext;
import orzo.promql.grammar.PromQlGrammar.RangeDurationContext;
import orzo.promql.grammar.PromQlGrammar.SignedDurationContext;
import orzo.promql.grammar.PromQlGrammar.StepDurationContext;
import orzo.promql.grammar.PromQlGrammar.ValueDurationContext;
import orzo.promql.grammar.PromQlLexer;
import orzo.promql.syntax.Expr.DurationExpr;

/**
 * Makes duration expressions. Parentheses are not kept: the tree shows what they meant. A tree has
 * no more parts than it may be deep.
 */
final class DurationBuilder {
  private final ParserRuleContext whole;
  private int parts;

  private DurationBuilder(ParserRuleContext whole) {
    this.whole = whole;
  }

  /** A range or a step; refused where it is plain to see that it is not positive. */
  static DurationExpr positive(DurationContext context) {
    DurationExpr duration = new DurationBuilder(context).duration(context);
    boolean positive =
        switch (duration) {
          case DurationExpr.Literal(double millis, _) -> millis > 0;
          default -> true;
        };
    if (!positive) {
      throw new SyntaxException(
          SyntaxTreeBuilder.position(context),
          "duration " + context.getText() + " is not positive (expected: more than 0)");
    }
    return duration;
  }

  /** An offset, which may have any sign. */
  static DurationExpr offset(OffsetContext context) {
    DurationBuilder builder = new DurationBuilder(context);
    DurationExpr result =
        context.durationValue() == null
            ? parenthesized(builder.duration(context.duration()))
            : builder.value(context.durationValue());
    List<Token> signs = context.signs;
    for (int i = signs.size() - 1; i >= 0; i--) {
      result = builder.signed(signs.get(i), result);
    }
    return result;
  }

  private DurationExpr duration(DurationContext context) {
    count();
    return switch (context) {
      case ArithmeticDurationContext arithmetic -> arithmetic(arithmetic);
      case SignedDurationContext signed -> signed(signed.sign, duration(signed.duration()));
      case ValueDurationContext value -> value(value.durationValue());
      case ParenDurationContext paren -> parenthesized(duration(paren.duration()));
      default -> throw new IllegalStateException("no such duration: " + context.getClass());
    };
  }

  private static DurationExpr parenthesized(DurationExpr inner) {
    return inner instanceof DurationExpr.Paren ? inner : new DurationExpr.Paren(inner);
  }

  private void count() {
    if (++parts > PromQlParser.MAX_DEPTH) {
      throw DepthLimit.tooDeep(SyntaxTreeBuilder.position(whole));
    }
  }

  private DurationExpr arithmetic(ArithmeticDurationContext context) {
    BinaryOperator operator = BinaryOperators.of(context.operator);
    DurationExpr left = duration(context.duration(0));
    DurationExpr right = duration(context.duration(1));
    boolean divides = operator == BinaryOperator.DIV || operator == BinaryOperator.MOD;
    if (divides && right instanceof DurationExpr.Literal(double millis, _) && millis == 0) {
      throw new SyntaxException(
          SyntaxErrors.position(context.operator),
          "division by zero (expected: a divisor other than 0)");
    }
    return new DurationExpr.Arithmetic(operator, left, right);
  }

  private DurationExpr value(DurationValueContext context) {
    return switch (context) {
      case LiteralDurationContext literal -> {
        Token token = literal.NUMBER().getSymbol();
        yield new DurationExpr.Literal(
            Literals.millis(token.getText(), SyntaxErrors.position(token)),
            !Literals.isDuration(token.getText()));
      }
      case StepDurationContext _ -> new DurationExpr.Step();
      case RangeDurationContext _ -> new DurationExpr.Range();
      case ExtremeDurationContext extreme ->
          new DurationExpr.Extreme(
              extreme.name.getType() == PromQlLexer.MAX_OF
                  || extreme.name.getType() == PromQlLexer.MAX,
              duration(extreme.duration(0)),
              duration(extreme.duration(1)));
      default -> throw new IllegalStateException("no such duration: " + context.getClass());
    };
  }

  private DurationExpr signed(Token sign, DurationExpr operand) {
    count();
    if (sign.getType() != PromQlLexer.SUB) {
      return operand;
    }
    return operand instanceof DurationExpr.Literal(double millis, boolean isNumber)
        ? new DurationExpr.Literal(-millis, isNumber)
        : new DurationExpr.Negated(operand);
  }
}
