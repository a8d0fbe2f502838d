package orzo.gnocchi.operations;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import orzo.gnocchi.grammar.GnocchiListsLexer;
import orzo.gnocchi.grammar.GnocchiListsParser;

/** Reads nested lists of words in parentheses. */
final class NestedLists {
  private NestedLists() {}

  /**
   * The first list of a text; its elements are strings and lists.
   *
   * @param maxDepth how deep lists may be nested, for reading them recurses
   * @throws InvalidOperations when the text begins with none
   */
  static List<Object> read(String text, int maxDepth) {
    GnocchiListsLexer lexer = new GnocchiListsLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    check(tokens.getTokens(), maxDepth);
    GnocchiListsParser parser = new GnocchiListsParser(tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
    try {
      return list(parser.text().list());
    } catch (ParseCancellationException e) {
      throw new IllegalStateException("parentheses that were checked: " + text, e);
    }
  }

  /** Parentheses are all that can be wrong. */
  private static void check(List<Token> tokens, int maxDepth) {
    int depth = 0;
    for (Token token : tokens) {
      switch (token.getType()) {
        case GnocchiListsLexer.LEFT -> {
          if (++depth > maxDepth) {
            throw malformed("lists nested more than " + maxDepth + " deep", token);
          }
        }
        case GnocchiListsLexer.RIGHT -> depth--;
        case Token.EOF ->
            throw malformed("Expected " + (depth == 0 ? "'('" : "')'") + found(token), token);
        default -> {}
      }
      if (depth < 0 || depth == 0 && token.getType() != GnocchiListsLexer.RIGHT) {
        throw malformed("Expected '('" + found(token), token);
      }
      if (depth == 0) {
        return;
      }
    }
  }

  private static String found(Token token) {
    if (token.getType() == Token.EOF) {
      return token.getStartIndex() == 0 ? "" : ", found end of text";
    }
    return ", found '" + token.getText() + "'";
  }

  private static InvalidOperations malformed(String what, Token token) {
    return new InvalidOperations(
        InvalidOperations.Kind.TEXT,
        what
            + "  (at char "
            + token.getStartIndex()
            + "), (line:"
            + token.getLine()
            + ", col:"
            + (token.getCharPositionInLine() + 1)
            + ")",
        List.of());
  }

  private static List<Object> list(GnocchiListsParser.ListContext context) {
    List<Object> elements = new ArrayList<>();
    for (GnocchiListsParser.ElementContext element : context.element()) {
      elements.add(
          switch (element) {
            case GnocchiListsParser.ListElementContext nested -> list(nested.list());
            case GnocchiListsParser.QuotedElementContext quoted -> unquoted(quoted.getText());
            default -> element.getText();
          });
    }
    return elements;
  }

  /** The text between the quotes, a backslash standing for the character after it. */
  private static String unquoted(String quoted) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < quoted.length() - 1; i++) {
      if (quoted.charAt(i) == '\\') {
        i++;
      }
      text.append(quoted.charAt(i));
    }
    return text.toString();
  }
}
