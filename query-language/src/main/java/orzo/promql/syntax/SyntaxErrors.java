package orzo.promql.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;
import orzo.promql.grammar.PromQlGrammar;
import orzo.promql.grammar.PromQlLexer;

/** Words the first error of a query: what stands there, in what, and what was expected. */
final class SyntaxErrors {
  /** No more of a token than this is shown. */
  private static final int SHOWN_CHARACTERS = 30;

  private static final IntervalSet OPERATORS =
      new IntervalSet(
          PromQlLexer.ADD,
          PromQlLexer.SUB,
          PromQlLexer.MUL,
          PromQlLexer.DIV,
          PromQlLexer.MOD,
          PromQlLexer.POW,
          PromQlLexer.ATAN2,
          PromQlLexer.EQUAL,
          PromQlLexer.NOT_EQUAL,
          PromQlLexer.LESS,
          PromQlLexer.LESS_OR_EQUAL,
          PromQlLexer.GREATER,
          PromQlLexer.GREATER_OR_EQUAL,
          PromQlLexer.TRIM_UPPER,
          PromQlLexer.TRIM_LOWER,
          PromQlLexer.AND,
          PromQlLexer.OR,
          PromQlLexer.UNLESS);

  /** What may follow an operand besides an operator; not worth naming beside it. */
  private static final IntervalSet SUFFIXES =
      new IntervalSet(
          PromQlLexer.LEFT_BRACE,
          PromQlLexer.LEFT_BRACKET,
          PromQlLexer.OFFSET,
          PromQlLexer.AT,
          PromQlLexer.ANCHORED,
          PromQlLexer.SMOOTHED);

  /** Sets of tokens that have a name together, a set that contains another before that one. */
  private static final List<Expectation> EXPECTATIONS =
      List.of(
          new Expectation(firstOf(PromQlGrammar.RULE_expression), "an expression"),
          new Expectation(firstOf(PromQlGrammar.RULE_labelName), "a label name"),
          new Expectation(firstOf(PromQlGrammar.RULE_duration), "a duration"),
          new Expectation(
              firstOf(PromQlGrammar.RULE_timestamp), "a timestamp (a number, start() or end())"),
          new Expectation(
              firstOf(PromQlGrammar.RULE_matcherOperator), "a matching operator (=, !=, =~ or !~)"),
          new Expectation(firstOf(PromQlGrammar.RULE_matcher), "a label name", "a quoted name"),
          new Expectation(
              new IntervalSet(PromQlLexer.ADD, PromQlLexer.SUB, PromQlLexer.NUMBER), "a number"));

  private static final Map<Integer, String> CONTEXTS =
      Map.of(
          PromQlGrammar.RULE_matchers, "label matchers",
          PromQlGrammar.RULE_arguments, "arguments",
          PromQlGrammar.RULE_aggregateOperator, "aggregation",
          PromQlGrammar.RULE_labels, "label names",
          PromQlGrammar.RULE_labelList, "label names",
          PromQlGrammar.RULE_fillValue, "fill value",
          PromQlGrammar.RULE_timestamp, "@ modifier",
          PromQlGrammar.RULE_offset, "offset",
          PromQlGrammar.RULE_duration, "duration");

  /** Tokens that several words stand for, and those that are written in more than one mode. */
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(Token.EOF, "end of input"),
          Map.entry(PromQlLexer.STRING, "a string"),
          Map.entry(PromQlLexer.NUMBER, "a number"),
          Map.entry(PromQlLexer.IDENTIFIER, "a name"),
          Map.entry(PromQlLexer.COMMA, "\",\""),
          Map.entry(PromQlLexer.COLON, "\":\""),
          Map.entry(PromQlLexer.LEFT_PAREN, "\"(\""),
          Map.entry(PromQlLexer.RIGHT_PAREN, "\")\""),
          Map.entry(PromQlLexer.LEFT_BRACE, "\"{\""),
          Map.entry(PromQlLexer.RIGHT_BRACE, "\"}\""),
          Map.entry(PromQlLexer.LEFT_BRACKET, "\"[\""),
          Map.entry(PromQlLexer.RIGHT_BRACKET, "\"]\""));

  private record Expectation(IntervalSet tokens, String... words) {}

  private final String query;
  private final boolean selector;
  private final List<Token> before;

  private SyntaxErrors(String query, boolean selector, List<Token> before) {
    this.query = query;
    this.selector = selector;
    this.before = before;
  }

  /**
   * The first error of a query that does not parse.
   *
   * @param selector whether only a selector was allowed
   */
  static SyntaxException explain(
      String query, boolean selector, CommonTokenStream tokens, ExpectedTokens expected) {
    Token found = expected.found();
    if (found == null) {
      throw new IllegalStateException("the query has no error");
    }
    List<Token> before = tokens.getTokens().subList(0, found.getTokenIndex());
    return new SyntaxErrors(query, selector, before).explain(found, expected);
  }

  private SyntaxException explain(Token found, ExpectedTokens expected) {
    // A number or a string that is none comes first: the parser took it for good.
    before.forEach(SyntaxErrors::checkLiteral);
    checkLiteral(found);
    if (found.getType() == PromQlLexer.UNTERMINATED) {
      return new SyntaxException(
          position(found),
          "string is not closed (expected: "
              + found.getText().charAt(0)
              + (found.getText().charAt(0) == '`' ? ")" : " on the same line)"));
    }
    StringBuilder message = new StringBuilder("unexpected ").append(describe(found));
    String context = describe(expected.context());
    if (!context.isEmpty()) {
      message.append(" in ").append(context);
    }
    IntervalSet wanted = expected.at(found.getTokenIndex());
    if (wanted.isNil()) {
      wanted = expectedAfter();
    }
    String wish = describe(wanted.isNil() ? expected.second() : wanted);
    if (!wish.isEmpty()) {
      message.append(", expected ").append(wish);
    }
    if (found.getType() == Token.EOF) {
      message.append(openBracket());
    }
    return new SyntaxException(position(found), message.toString());
  }

  // The parser looks some tokens ahead where it must choose, and can fail there. What was possible
  // at that point shows when the query is parsed once more, but ends there.
  private IntervalSet expectedAfter() {
    List<Token> shorter = new ArrayList<>(before);
    shorter.add(new CommonToken(Token.EOF, "<EOF>"));
    ExpectedTokens expected = new ExpectedTokens();
    PromQlGrammar parser = new PromQlGrammar(new CommonTokenStream(new ListTokenSource(shorter)));
    parser.removeErrorListeners();
    parser.setErrorHandler(expected);
    IntervalSet result = new IntervalSet();
    try {
      ParserRuleContext _ = selector ? parser.selector() : parser.query();
      result.add(Token.EOF);
    } catch (ParseCancellationException _) {
      // Expected where the query needs to go on.
    }
    result.addAll(expected.at(before.size()));
    return result;
  }

  /** Checks numbers and strings, which the lexer takes in any shape. */
  private static void checkLiteral(Token token) {
    if (token.getType() == PromQlLexer.NUMBER) {
      Literals.number(token.getText(), position(token));
    } else if (token.getType() == PromQlLexer.STRING) {
      Literals.string(token.getText(), position(token));
    }
  }

  private static IntervalSet firstOf(int rule) {
    return PromQlGrammar._ATN.nextTokens(PromQlGrammar._ATN.ruleToStartState[rule]);
  }

  private static String describe(IntervalSet wanted) {
    IntervalSet rest = new IntervalSet(wanted);
    rest.remove(Token.EPSILON);
    // Possible wherever the same keyword without the parenthesis is.
    rest.remove(PromQlLexer.GROUP_LEFT_LABELS);
    rest.remove(PromQlLexer.GROUP_RIGHT_LABELS);
    List<String> words = new ArrayList<>();
    for (Expectation expectation : EXPECTATIONS) {
      if (expectation.tokens.subtract(rest).isNil()) {
        words.addAll(List.of(expectation.words));
        rest = rest.subtract(expectation.tokens);
        if (words.contains("an expression")) {
          // Between operator and operand: modifiers are possible, and rarely what is missing.
          rest = rest.subtract(firstOf(PromQlGrammar.RULE_binaryModifiers));
        }
      }
    }
    if (rest.contains(PromQlLexer.POW)) {
      words.add("an operator");
      rest = rest.subtract(OPERATORS).subtract(SUFFIXES);
    }
    for (int type : rest.toArray()) {
      if (type != Token.EOF) {
        words.add(name(type));
      }
    }
    if (wanted.contains(Token.EOF)) {
      words.add(name(Token.EOF));
    }
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }

  private static String name(int type) {
    String name = NAMES.get(type);
    return name == null
        ? '"' + PromQlLexer.VOCABULARY.getSymbolicName(type).toLowerCase(Locale.ROOT) + '"'
        : name;
  }

  private String describe(Token found) {
    String text = query.substring(position(found).start(), position(found).end());
    String shown =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    return switch (found.getType()) {
      case Token.EOF -> "end of input";
      case PromQlLexer.IDENTIFIER, PromQlLexer.METRIC_IDENTIFIER -> "identifier \"" + shown + '"';
      case PromQlLexer.NUMBER -> "number \"" + shown + '"';
      case PromQlLexer.STRING -> "string " + shown;
      case PromQlLexer.UNKNOWN -> {
        int codePoint = query.codePointAt(position(found).start());
        yield String.format(
            Locale.ROOT, "character '%s' (U+%04X)", Character.toString(codePoint), codePoint);
      }
      default -> '"' + shown + '"';
    };
  }

  /** The part of the query that a rule stands for; the nearest one that has a name. */
  private static String describe(@Nullable RuleContext innermost) {
    for (RuleContext context = innermost; context != null; context = context.getParent()) {
      String name = CONTEXTS.get(context.getRuleIndex());
      if (name != null) {
        return name;
      }
      if (context.getRuleIndex() == PromQlGrammar.RULE_expression) {
        return context.getParent() instanceof PromQlGrammar.ArgumentsContext ? "arguments" : "";
      }
    }
    return "";
  }

  private String openBracket() {
    Deque<Token> open = new ArrayDeque<>();
    for (Token token : before) {
      switch (token.getType()) {
        case PromQlLexer.LEFT_PAREN,
            PromQlLexer.LEFT_BRACE,
            PromQlLexer.LEFT_BRACKET,
            PromQlLexer.GROUP_LEFT_LABELS,
            PromQlLexer.GROUP_RIGHT_LABELS ->
            open.push(token);
        case PromQlLexer.RIGHT_PAREN, PromQlLexer.RIGHT_BRACE, PromQlLexer.RIGHT_BRACKET ->
            open.poll();
        default -> {}
      }
    }
    Token last = open.peek();
    return last == null
        ? ""
        : "; \""
            + last.getText()
            + "\" at "
            + SyntaxException.lineAndColumn(query, last.getStartIndex())
            + " is not closed";
  }

  /** Where a token stands; the end of input is a place of no length. */
  static Position position(Token token) {
    int start = token.getStartIndex();
    return new Position(start, Math.max(start, token.getStopIndex() + 1));
  }
}
