package orzo.promql.syntax;

import java.util.EnumSet;
import java.util.Set;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import orzo.promql.grammar.PromQlGrammar;
import orzo.promql.grammar.PromQlLexer;
import orzo.query.QueryException;

/**
 * Reads PromQL: all of what Prometheus 3.14 reads with its feature flags on.
 *
 * <p>Errors are {@link QueryException}s of type {@code BAD_DATA}, worded {@code line:column: parse
 * error: what}, line and column from 1. A string may hold bytes that are not UTF-8, written {@code
 * \xff}: they become lone surrogates, U+DC00 plus the byte, which no label name or value contains.
 * Columns and {@link Position}s count {@code char}s. The length of a query is the caller's to
 * limit; its depth is limited here.
 */
public final class PromQlParser {
  /**
   * How deep a syntax tree may be, and how deep brackets, signs and powers may be nested.
   * Evaluation recurses into the tree, and a thread's stack is finite.
   */
  public static final int MAX_DEPTH = 500;

  private PromQlParser() {}

  /**
   * Reads a query with everything that there is, and checks its types.
   *
   * @throws QueryException when it is none
   */
  public static Expr parse(String query) {
    return parse(query, EnumSet.allOf(PromQlFeature.class));
  }

  /**
   * Reads a query and checks its types.
   *
   * @param features what may be used of that which can be switched off
   * @throws QueryException when it is none
   */
  public static Expr parse(String query, Set<PromQlFeature> features) {
    try {
      PromQlGrammar.QueryContext context =
          (PromQlGrammar.QueryContext) new Parse(query, false).run();
      Expr expression = new SyntaxTreeBuilder().expression(context.expression());
      TypeChecker.check(expression);
      new FeatureChecker(features).check(expression);
      return expression;
    } catch (SyntaxException e) {
      throw e.in(query);
    }
  }

  /**
   * Reads a selector without modifiers, as the {@code match[]} parameters of the HTTP API have it.
   * Whether it selects anything in particular is not checked.
   *
   * @throws QueryException when it is none
   */
  public static Expr.VectorSelector parseSelector(String selector) {
    try {
      PromQlGrammar.SelectorContext context =
          (PromQlGrammar.SelectorContext) new Parse(selector, true).run();
      return new SyntaxTreeBuilder().selector(context.vectorSelector());
    } catch (SyntaxException e) {
      throw e.in(selector);
    }
  }

  /** One reading of one text. */
  private static final class Parse {
    private final String text;
    private final boolean selector;
    private final CommonTokenStream tokens;
    private final PromQlGrammar parser;

    Parse(String text, boolean selector) {
      this.text = text;
      this.selector = selector;
      tokens = new CommonTokenStream(new PromQlLexer(new QueryText(text)));
      parser = new PromQlGrammar(tokens);
      parser.removeErrorListeners();
    }

    // The fast prediction mode reads all but contrived queries. It can take a right query for a
    // wrong
    // one, so only the slow mode may say what is wrong.
    ParserRuleContext run() {
      try {
        parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
        parser.setErrorHandler(new BailErrorStrategy());
        return start();
      } catch (ParseCancellationException _) {
        parser.reset();
      }
      ExpectedTokens expected = new ExpectedTokens();
      try {
        parser.getInterpreter().setPredictionMode(PredictionMode.LL);
        parser.setErrorHandler(expected);
        return start();
      } catch (ParseCancellationException _) {
        throw SyntaxErrors.explain(text, selector, tokens, expected);
      }
    }

    private ParserRuleContext start() {
      parser.removeParseListeners();
      parser.addParseListener(new DepthLimit());
      return selector ? parser.selector() : parser.query();
    }
  }
}
