package orzo.gnocchi.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;
import orzo.gnocchi.search.grammar.SearchTextLexer;
import orzo.gnocchi.search.grammar.SearchTextParser;
import orzo.gnocchi.search.grammar.SearchTextParser.AndConditionContext;
import orzo.gnocchi.search.grammar.SearchTextParser.BoolValueContext;
import orzo.gnocchi.search.grammar.SearchTextParser.ComparisonContext;
import orzo.gnocchi.search.grammar.SearchTextParser.ConditionContext;
import orzo.gnocchi.search.grammar.SearchTextParser.ListValueContext;
import orzo.gnocchi.search.grammar.SearchTextParser.NotConditionContext;
import orzo.gnocchi.search.grammar.SearchTextParser.NullValueContext;
import orzo.gnocchi.search.grammar.SearchTextParser.NumberValueContext;
import orzo.gnocchi.search.grammar.SearchTextParser.OrConditionContext;
import orzo.gnocchi.search.grammar.SearchTextParser.ParenConditionContext;
import orzo.gnocchi.search.grammar.SearchTextParser.QuotedValueContext;
import orzo.gnocchi.search.grammar.SearchTextParser.ValueContext;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Turns the string form of a search into the form that it has in JSON. */
public final class SearchParser {
  /** How deep brackets, and one {@code not} in another, may be nested: reading them recurses. */
  public static final int MAX_DEPTH = 100;

  private SearchParser() {}

  /**
   * Reads a search.
   *
   * @return maps of one entry, an operator with what it is about, as JSON has them: {@code a = 1
   *     and not b in [x]} is {@code {"and": [{"=": {"a": 1.0}}, {"not": {"in": {"b": ["x"]}}}]}}.
   *     Values are strings, doubles, booleans, null, and lists of them
   * @throws GatewayException {@link Kind#MALFORMED} for a text that is none; the message says what
   *     was expected, and where
   */
  public static Map<String, @Nullable Object> parse(String text) {
    SearchTextLexer lexer = new SearchTextLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    checkDepth(tokens.getTokens());
    SearchTextParser parser = new SearchTextParser(tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(new FirstError());
    return condition(parser.search().condition());
  }

  private static void checkDepth(List<Token> tokens) {
    int brackets = 0;
    int negations = 0;
    for (Token token : tokens) {
      switch (token.getType()) {
        case SearchTextLexer.LEFT, SearchTextLexer.BEGIN -> brackets++;
        case SearchTextLexer.RIGHT, SearchTextLexer.END -> brackets--;
        case SearchTextLexer.NOT -> negations++;
        case SearchTextLexer.COMPARE, SearchTextLexer.IN, SearchTextLexer.LIKE -> negations = 0;
        default -> {} // nests nothing
      }
      if (brackets + negations > MAX_DEPTH) {
        throw malformed("at most " + MAX_DEPTH + " levels", token);
      }
    }
  }

  /** Says what is wrong where reading stops for the first time. */
  private static final class FirstError extends DefaultErrorStrategy {
    @Override
    public void recover(Parser parser, RecognitionException e) {
      throw expected(parser, e.getOffendingToken());
    }

    @Override
    public Token recoverInline(Parser parser) {
      throw expected(parser, parser.getCurrentToken());
    }

    @Override
    protected void reportNoViableAlternative(Parser parser, NoViableAltException e) {
      throw expected(parser, e.getOffendingToken());
    }

    @Override
    protected void reportInputMismatch(Parser parser, InputMismatchException e) {
      throw expected(parser, e.getOffendingToken());
    }

    @Override
    public void sync(Parser parser) {} // what comes is looked at when it is its turn

    private static GatewayException expected(Parser parser, @Nullable Token found) {
      Token token = found == null ? parser.getCurrentToken() : found;
      return malformed(what(parser), token);
    }

    private static String what(Parser parser) {
      var context = parser.getContext();
      return switch (context.getRuleIndex()) {
        case SearchTextParser.RULE_search -> "end of text";
        case SearchTextParser.RULE_value -> "a value";
        case SearchTextParser.RULE_attribute -> "an attribute";
        default ->
            context.getChildCount() > 0
                    && context.getChild(0) instanceof SearchTextParser.AttributeContext
                ? "an operator"
                : "a condition, or the end of one";
      };
    }
  }

  private static GatewayException malformed(String expected, Token token) {
    String found = token.getType() == Token.EOF ? "end of text" : "'" + token.getText() + "'";
    return new GatewayException(
        Kind.MALFORMED,
        "Expected "
            + expected
            + ", found "
            + found
            + "  (at char "
            + token.getStartIndex()
            + "), (line:"
            + token.getLine()
            + ", col:"
            + (token.getCharPositionInLine() + 1)
            + ")");
  }

  private static Map<String, @Nullable Object> condition(ConditionContext context) {
    return switch (context) {
      case ParenConditionContext paren -> condition(paren.condition());
      case NotConditionContext not -> entry("not", condition(not.condition()));
      case AndConditionContext and -> entry("and", operands(and));
      case OrConditionContext or -> entry("or", operands(or));
      case ComparisonContext comparison -> {
        String name = comparison.attribute().getText();
        yield entry(
            comparison.operator.getText(),
            entry(
                comparison.attribute().QUOTED() == null ? name : unquoted(name),
                value(comparison.value())));
      }
      default -> throw new IllegalStateException(context.getClass() + " (expected: a condition)");
    };
  }

  /** What one operator joins, from left to right: it is read as nested pairs, the left one deep. */
  private static List<Object> operands(ConditionContext context) {
    List<Object> operands = new ArrayList<>();
    ConditionContext left = context;
    while (left.getClass() == context.getClass()) {
      operands.add(condition(left.getRuleContext(ConditionContext.class, 1)));
      left = left.getRuleContext(ConditionContext.class, 0);
    }
    operands.add(condition(left));
    Collections.reverse(operands);
    return operands;
  }

  private static @Nullable Object value(ValueContext context) {
    return switch (context) {
      case NullValueContext _ -> null;
      case BoolValueContext bool -> bool.TRUE() != null;
      case NumberValueContext number -> Double.valueOf(number.getText());
      case QuotedValueContext quoted -> unquoted(quoted.getText());
      case ListValueContext list -> {
        List<@Nullable Object> values = new ArrayList<>();
        list.value().forEach(one -> values.add(value(one)));
        yield values;
      }
      default -> context.getText();
    };
  }

  private static String unquoted(String quoted) {
    return quoted.substring(1, quoted.length() - 1);
  }

  private static Map<String, @Nullable Object> entry(String name, @Nullable Object value) {
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put(name, value);
    return entry;
  }
}
