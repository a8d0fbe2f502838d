package orzo.promql.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.atn.RuleTransition;
import org.antlr.v4.runtime.atn.Transition;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the parse at the first error, and knows what could have stood there.
 *
 * <p>ANTLR tells which tokens the innermost rule wants. Those that an enclosing rule would have
 * taken, had the inner one ended, are gathered on the way: the parser announces each decision by
 * {@link #sync}, and all decisions made at the token that failed in the end had their chance.
 */
final class ExpectedTokens extends DefaultErrorStrategy {
  private IntervalSet tokens = new IntervalSet();
  private int tokensAt = -1;
  private final IntervalSet second = new IntervalSet();
  private @Nullable Token found;
  private @Nullable RuleContext context;

  /** The token that could not stand where it stands; null as long as there is none. */
  @Nullable Token found() {
    return found;
  }

  /** The rule in which it was found. */
  @Nullable RuleContext context() {
    return context;
  }

  /** What could have stood in place of the token with this index; nothing if no one asked there. */
  IntervalSet at(int tokenIndex) {
    return tokensAt == tokenIndex ? tokens : new IntervalSet();
  }

  /** What a choice that had to look at two tokens wanted as the second. */
  IntervalSet second() {
    return second;
  }

  @Override
  public void sync(Parser parser) {
    collect(parser, parser.getATN().nextTokens(parser.getATN().states.get(parser.getState())));
  }

  @Override
  public void reportError(Parser parser, RecognitionException e) {
    // recover ends the parse.
  }

  @Override
  public void recover(Parser parser, RecognitionException e) {
    if (e instanceof NoViableAltException choice
        && e.getOffendingToken().getTokenIndex() == choice.getStartToken().getTokenIndex() + 1) {
      collectSecond(parser, choice.getStartToken().getType());
    }
    fail(parser, e.getOffendingToken());
  }

  @Override
  public Token recoverInline(Parser parser) {
    Token token = parser.getCurrentToken();
    fail(parser, token);
    return token;
  }

  /** Gathers what can follow a first token, for a choice that looked at two. */
  private void collectSecond(Parser parser, int first) {
    Set<ATNState> seen = new HashSet<>();
    Deque<ATNState> open = new ArrayDeque<>();
    open.add(parser.getATN().states.get(parser.getState()));
    while (!open.isEmpty()) {
      ATNState state = open.remove();
      for (Transition transition : state.getTransitions()) {
        if (transition.isEpsilon()) {
          if (!(transition instanceof RuleTransition) && seen.add(transition.target)) {
            open.add(transition.target);
          }
        } else if (transition.matches(first, Token.MIN_USER_TOKEN_TYPE, Integer.MAX_VALUE)) {
          second.addAll(parser.getATN().nextTokens(transition.target, parser.getRuleContext()));
        }
      }
    }
  }

  private void fail(Parser parser, Token token) {
    found = token;
    context = parser.getRuleContext();
    collect(parser, parser.getExpectedTokens());
    throw new ParseCancellationException();
  }

  private void collect(Parser parser, IntervalSet wanted) {
    int index = parser.getCurrentToken().getTokenIndex();
    if (index != tokensAt) {
      tokensAt = index;
      tokens = new IntervalSet();
    }
    tokens.addAll(wanted);
  }
}
