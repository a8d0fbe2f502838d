package orzo.promql.syntax;

import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ErrorNode;
import org.antlr.v4.runtime.tree.ParseTreeListener;
import org.antlr.v4.runtime.tree.TerminalNode;
import orzo.promql.grammar.PromQlGrammar;

/** Stops the parser before its recursion could exhaust the stack. */
final class DepthLimit implements ParseTreeListener {
  private int depth;

  @Override
  public void enterEveryRule(ParserRuleContext context) {
    if (isNesting(context) && ++depth > PromQlParser.MAX_DEPTH) {
      throw tooDeep(SyntaxErrors.position(context.getStart()));
    }
  }

  @Override
  public void exitEveryRule(ParserRuleContext context) {
    if (isNesting(context)) {
      depth--;
    }
  }

  @Override
  public void visitTerminal(TerminalNode node) {}

  @Override
  public void visitErrorNode(ErrorNode node) {}

  static SyntaxException tooDeep(Position position) {
    return new SyntaxException(
        position,
        "expression is nested too deeply (expected: at most "
            + PromQlParser.MAX_DEPTH
            + " levels)");
  }

  /** Whether this rule can contain itself; every recursion of the grammar goes through one. */
  private static boolean isNesting(ParserRuleContext context) {
    return switch (context.getRuleIndex()) {
      case PromQlGrammar.RULE_expression, PromQlGrammar.RULE_duration -> true;
      default -> false;
    };
  }
}
