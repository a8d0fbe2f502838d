package orzo.promql.syntax;

import org.antlr.v4.runtime.Token;
import orzo.promql.grammar.PromQlLexer;

/** The binary operators by token. */
final class BinaryOperators {
  private BinaryOperators() {}

  static BinaryOperator of(Token token) {
    return switch (token.getType()) {
      case PromQlLexer.ADD -> BinaryOperator.ADD;
      case PromQlLexer.SUB -> BinaryOperator.SUB;
      case PromQlLexer.MUL -> BinaryOperator.MUL;
      case PromQlLexer.DIV -> BinaryOperator.DIV;
      case PromQlLexer.MOD -> BinaryOperator.MOD;
      case PromQlLexer.POW -> BinaryOperator.POW;
      case PromQlLexer.ATAN2 -> BinaryOperator.ATAN2;
      case PromQlLexer.EQUAL -> BinaryOperator.EQUAL;
      case PromQlLexer.NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
      case PromQlLexer.LESS -> BinaryOperator.LESS;
      case PromQlLexer.GREATER -> BinaryOperator.GREATER;
      case PromQlLexer.LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      case PromQlLexer.GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      case PromQlLexer.TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
      case PromQlLexer.TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
      case PromQlLexer.AND -> BinaryOperator.AND;
      case PromQlLexer.OR -> BinaryOperator.OR;
      case PromQlLexer.UNLESS -> BinaryOperator.UNLESS;
      default -> throw new IllegalStateException("no operator: " + token.getText());
    };
  }
}
