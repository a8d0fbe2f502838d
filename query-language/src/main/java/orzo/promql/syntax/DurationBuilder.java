package orzo.promql.syntax;

import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import orzo.promql.grammar.PromQlGrammar.ComputedOffsetContext;
import orzo.promql.grammar.PromQlGrammar.DurationAtomContext;
import orzo.promql.grammar.PromQlGrammar.DurationContext;
import orzo.promql.grammar.PromQlGrammar.DurationFactorContext;
import orzo.promql.grammar.PromQlGrammar.DurationProductOperatorContext;
import orzo.promql.grammar.PromQlGrammar.DurationSumOperatorContext;
import orzo.promql.grammar.PromQlGrammar.DurationTermContext;
import orzo.promql.grammar.PromQlGrammar.DurationValueContext;
import orzo.promql.grammar.PromQlGrammar.ExtremeDurationContext;
import orzo.promql.grammar.PromQlGrammar.LiteralDurationContext;
import orzo.promql.grammar.PromQlGrammar.OffsetContext;
import orzo.promql.grammar.PromQlGrammar.ParenDurationContext;
import orzo.promql.grammar.PromQlGrammar.RangeDurationContext;
import orzo.promql.grammar.PromQlGrammar.SignedOffsetContext;
import orzo.promql.grammar.PromQlGrammar.StepDurationContext;
import orzo.promql.grammar.PromQlGrammar.ValueDurationContext;
import orzo.promql.grammar.PromQlGrammar.ValueOffsetContext;
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
          case DurationExpr.Literal(double millis) -> millis > 0;
          case DurationExpr.Negated(DurationExpr.Literal(double millis)) -> millis < 0;
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
    return new DurationBuilder(context).build(context);
  }

  private DurationExpr build(OffsetContext context) {
    return switch (context) {
      case ValueOffsetContext offset -> signed(offset.signs, value(offset.durationValue()));
      case SignedOffsetContext offset -> signed(offset.signs, duration(offset.duration()));
      case ComputedOffsetContext offset -> {
        DurationExpr first = duration(offset.offsetTerm().offsetPower().duration());
        if (offset.offsetTerm().offsetPower().durationFactor() != null) {
          first =
              arithmetic(
                  offset.offsetTerm().offsetPower().POW().getSymbol(),
                  first,
                  factor(offset.offsetTerm().offsetPower().durationFactor()));
        }
        yield sum(
            product(
                first,
                offset.offsetTerm().durationProductOperator(),
                offset.offsetTerm().durationFactor()),
            offset.durationSumOperator(),
            offset.durationTerm());
      }
      default -> throw new IllegalStateException("no such offset: " + context.getClass());
    };
  }

  private DurationExpr duration(DurationContext context) {
    List<DurationTermContext> terms = context.durationTerm();
    return sum(
        term(terms.getFirst()), context.durationSumOperator(), terms.subList(1, terms.size()));
  }

  private DurationExpr sum(
      DurationExpr first,
      List<DurationSumOperatorContext> operators,
      List<DurationTermContext> terms) {
    DurationExpr result = first;
    for (int i = 0; i < terms.size(); i++) {
      result = arithmetic(operators.get(i).start, result, term(terms.get(i)));
    }
    return result;
  }

  private DurationExpr term(DurationTermContext context) {
    List<DurationFactorContext> factors = context.durationFactor();
    return product(
        factor(factors.getFirst()),
        context.durationProductOperator(),
        factors.subList(1, factors.size()));
  }

  private DurationExpr product(
      DurationExpr first,
      List<DurationProductOperatorContext> operators,
      List<DurationFactorContext> factors) {
    DurationExpr result = first;
    for (int i = 0; i < factors.size(); i++) {
      DurationExpr factor = factor(factors.get(i));
      Token operator = operators.get(i).start;
      if (operator.getType() != PromQlLexer.MUL && factor.equals(DurationExpr.ZERO)) {
        throw new SyntaxException(
            SyntaxErrors.position(operator), "division by zero (expected: a divisor other than 0)");
      }
      result = arithmetic(operator, result, factor);
    }
    return result;
  }

  private DurationExpr factor(DurationFactorContext context) {
    DurationExpr result = atom(context.durationPower().durationAtom());
    if (context.durationPower().durationFactor() != null) {
      result =
          arithmetic(
              context.durationPower().POW().getSymbol(),
              result,
              factor(context.durationPower().durationFactor()));
    }
    return signed(context.signs, result);
  }

  private DurationExpr counted(DurationExpr part) {
    if (++parts > PromQlParser.MAX_DEPTH) {
      throw DepthLimit.tooDeep(SyntaxTreeBuilder.position(whole));
    }
    return part;
  }

  private DurationExpr arithmetic(Token operator, DurationExpr left, DurationExpr right) {
    return counted(new DurationExpr.Arithmetic(BinaryOperators.of(operator), left, right));
  }

  private DurationExpr atom(DurationAtomContext context) {
    return switch (context) {
      case ValueDurationContext atom -> value(atom.durationValue());
      case ParenDurationContext atom -> duration(atom.duration());
      default -> throw new IllegalStateException("no such duration: " + context.getClass());
    };
  }

  private DurationExpr value(DurationValueContext context) {
    return switch (context) {
      case LiteralDurationContext literal -> {
        Token token = literal.NUMBER().getSymbol();
        yield new DurationExpr.Literal(
            Literals.millis(token.getText(), SyntaxErrors.position(token)));
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

  private DurationExpr signed(List<Token> signs, DurationExpr duration) {
    DurationExpr result = duration;
    for (Token sign : signs) {
      result =
          sign.getType() == PromQlLexer.SUB ? counted(new DurationExpr.Negated(result)) : result;
    }
    return result;
  }
}
