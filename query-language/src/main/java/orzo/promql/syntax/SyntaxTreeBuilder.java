package orzo.promql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.grammar.PromQlGrammar.AggregateExpressionContext;
import orzo.promql.grammar.PromQlGrammar.ArgumentsContext;
import orzo.promql.grammar.PromQlGrammar.AtExpressionContext;
import orzo.promql.grammar.PromQlGrammar.BinaryExpressionContext;
import orzo.promql.grammar.PromQlGrammar.BinaryModifiersContext;
import orzo.promql.grammar.PromQlGrammar.BoundaryTimestampContext;
import orzo.promql.grammar.PromQlGrammar.CallExpressionContext;
import orzo.promql.grammar.PromQlGrammar.ExpressionContext;
import orzo.promql.grammar.PromQlGrammar.ExtensionExpressionContext;
import orzo.promql.grammar.PromQlGrammar.FillValueContext;
import orzo.promql.grammar.PromQlGrammar.GroupContext;
import orzo.promql.grammar.PromQlGrammar.GroupingContext;
import orzo.promql.grammar.PromQlGrammar.LabelListContext;
import orzo.promql.grammar.PromQlGrammar.LabelMatcherContext;
import orzo.promql.grammar.PromQlGrammar.LabelNameContext;
import orzo.promql.grammar.PromQlGrammar.MatcherContext;
import orzo.promql.grammar.PromQlGrammar.NameMatcherContext;
import orzo.promql.grammar.PromQlGrammar.NumberExpressionContext;
import orzo.promql.grammar.PromQlGrammar.NumberTimestampContext;
import orzo.promql.grammar.PromQlGrammar.OffsetExpressionContext;
import orzo.promql.grammar.PromQlGrammar.ParenExpressionContext;
import orzo.promql.grammar.PromQlGrammar.RangeExpressionContext;
import orzo.promql.grammar.PromQlGrammar.SelectorExpressionContext;
import orzo.promql.grammar.PromQlGrammar.StringExpressionContext;
import orzo.promql.grammar.PromQlGrammar.TimestampContext;
import orzo.promql.grammar.PromQlGrammar.UnaryExpressionContext;
import orzo.promql.grammar.PromQlGrammar.VectorSelectorContext;
import orzo.promql.grammar.PromQlLexer;
import orzo.promql.syntax.Expr.At;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.DurationExpr;
import orzo.promql.syntax.Expr.Extension;
import orzo.promql.syntax.Expr.Modifiers;
import orzo.promql.syntax.Expr.VectorMatching;
import orzo.storage.GatewayException;

/**
 * Makes the syntax tree of what the grammar found, and refuses forms that mean nothing whatever the
 * types of their parts are. Source: the actions of Prometheus's promql/parser/generated_parser.y
 * and the functions of parse.go that they call.
 */
final class SyntaxTreeBuilder {
  private int depth;

  /** Builds an expression. */
  Expr expression(ExpressionContext context) {
    if (++depth > PromQlParser.MAX_DEPTH) {
      throw DepthLimit.tooDeep(position(context));
    }
    Expr result =
        switch (context) {
          case BinaryExpressionContext binary -> binary(binary);
          case UnaryExpressionContext unary ->
              signed(
                  unary.sign.getType() == PromQlLexer.SUB,
                  expression(unary.expression()),
                  position(unary));
          case ParenExpressionContext paren ->
              new Expr.Paren(expression(paren.expression()), position(paren));
          case NumberExpressionContext number ->
              new Expr.NumberLiteral(
                  Literals.number(number.getText(), position(number)),
                  Literals.isDuration(number.getText()),
                  position(number));
          case StringExpressionContext string ->
              new Expr.StringLiteral(
                  Literals.string(string.getText(), position(string)), position(string));
          case SelectorExpressionContext selector -> selector(selector.vectorSelector());
          case AggregateExpressionContext aggregate -> aggregate(aggregate);
          case CallExpressionContext call -> call(call);
          case RangeExpressionContext range -> range(range);
          case OffsetExpressionContext offset -> offset(offset);
          case AtExpressionContext at -> at(at);
          case ExtensionExpressionContext extension -> extension(extension);
          default -> throw new IllegalStateException("no such form: " + context.getClass());
        };
    depth--;
    return result;
  }

  /** A sign belongs to the number after it. */
  private static Expr signed(boolean negative, Expr operand, Position position) {
    return operand instanceof Expr.NumberLiteral(double value, boolean isDuration, _)
        ? new Expr.NumberLiteral(negative ? -value : value, isDuration, position)
        : new Expr.Unary(negative, operand, position);
  }

  // Selectors.

  /** Builds an instant vector selector without modifiers. */
  Expr.VectorSelector selector(VectorSelectorContext context) {
    String name = context.metricName() == null ? "" : context.metricName().getText();
    List<Matcher> matchers = new ArrayList<>();
    if (context.matchers() != null) {
      for (MatcherContext matcher : context.matchers().matcher()) {
        matchers.add(matcher(matcher));
      }
    }
    if (!name.isEmpty()) {
      matchers.add(Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, name));
    }
    return new Expr.VectorSelector(name, List.copyOf(matchers), Modifiers.NONE, position(context));
  }

  private static Matcher matcher(MatcherContext context) {
    return switch (context) {
      case NameMatcherContext name ->
          Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, string(name.STRING().getSymbol()));
      case LabelMatcherContext label -> {
        String name =
            label.name.getType() == PromQlLexer.STRING ? string(label.name) : label.name.getText();
        Token value = label.STRING(label.STRING().size() - 1).getSymbol();
        try {
          yield matcher(name, operation(label.matcherOperator().start), value);
        } catch (GatewayException e) {
          throw new SyntaxException(position(label), String.valueOf(e.getMessage()));
        }
      }
      default -> throw new IllegalStateException("no such matcher: " + context.getClass());
    };
  }

  private static Matcher matcher(String name, Matcher.Operation operation, Token value) {
    String text = string(value);
    if (operation == Matcher.Operation.MATCHES || operation == Matcher.Operation.NOT_MATCHES) {
      checkDepth(text, SyntaxErrors.position(value));
    }
    return Matcher.of(name, operation, text);
  }

  /** The compiler of regular expressions recurses into their groups. */
  private static void checkDepth(String pattern, Position position) {
    int depth = 0;
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '(' -> depth++;
        case ')' -> depth--;
        default -> {}
      }
      if (depth > PromQlParser.MAX_DEPTH) {
        throw DepthLimit.tooDeep(position);
      }
    }
  }

  private static Matcher.Operation operation(Token token) {
    return switch (token.getType()) {
      case PromQlLexer.EQUALS -> Matcher.Operation.EQUAL;
      case PromQlLexer.NOT_EQUAL -> Matcher.Operation.NOT_EQUAL;
      case PromQlLexer.MATCHES -> Matcher.Operation.MATCHES;
      case PromQlLexer.NOT_MATCHES -> Matcher.Operation.NOT_MATCHES;
      default -> throw new IllegalStateException("no such operator: " + token.getText());
    };
  }

  // Ranges and modifiers.

  private Expr range(RangeExpressionContext context) {
    Expr operand = expression(context.expression());
    DurationExpr range = DurationBuilder.positive(context.range);
    if (context.colon != null) {
      Optional<DurationExpr> step =
          Optional.ofNullable(context.step).map(DurationBuilder::positive);
      return new Expr.Subquery(operand, range, step, Modifiers.NONE, position(context));
    }
    Position brackets =
        new Position(
            SyntaxErrors.position(context.LEFT_BRACKET().getSymbol()).start(),
            position(context).end());
    if (!(operand instanceof Expr.VectorSelector selector)) {
      throw new SyntaxException(
          brackets,
          "range after "
              + describe(operand)
              + " (expected: an instant vector selector; a subquery has a colon,"
              + " as in [1h:1m] or [1h:])");
    }
    if (selector.modifiers().hasOffset()) {
      throw new SyntaxException(brackets, "range after offset (expected: offset after the range)");
    }
    if (!(selector.modifiers().at() instanceof At.EvaluationTime)) {
      throw new SyntaxException(brackets, "range after @ (expected: @ after the range)");
    }
    return new Expr.MatrixSelector(selector, range, position(context));
  }

  // An offset of zero counts as none, as in Prometheus: another may follow.
  private Expr offset(OffsetExpressionContext context) {
    Expr operand = expression(context.expression());
    Modifiers old = modifiers(operand, "offset");
    if (old.hasOffset()) {
      throw new SyntaxException(position(context), "offset is set twice (expected: once)");
    }
    DurationExpr offset = DurationBuilder.offset(context.offset());
    return with(operand, new Modifiers(offset, old.at(), old.extension()), position(context));
  }

  private Expr at(AtExpressionContext context) {
    Expr operand = expression(context.expression());
    Modifiers old = modifiers(operand, "@");
    if (!(old.at() instanceof At.EvaluationTime)) {
      throw new SyntaxException(position(context), "@ is set twice (expected: once)");
    }
    At at = timestamp(context.timestamp());
    return with(operand, new Modifiers(old.offset(), at, old.extension()), position(context));
  }

  private static At timestamp(TimestampContext context) {
    return switch (context) {
      case BoundaryTimestampContext boundary ->
          boundary.boundary.getType() == PromQlLexer.START ? new At.Start() : new At.End();
      case NumberTimestampContext number -> {
        Token token = number.NUMBER().getSymbol();
        double seconds = signed(number.sign, token);
        if (!(Math.abs(seconds) < 0x1p63)) {
          throw new SyntaxException(
              position(number),
              "timestamp " + number.getText() + " is out of range (expected: seconds since 1970)");
        }
        yield new At.Instant(Math.round(seconds * 1000));
      }
      default -> throw new IllegalStateException("no such timestamp: " + context.getClass());
    };
  }

  private Expr extension(ExtensionExpressionContext context) {
    Expr operand = expression(context.expression());
    String name = context.extension.getText().toLowerCase(Locale.ROOT);
    Extension extension =
        context.extension.getType() == PromQlLexer.ANCHORED
            ? Extension.ANCHORED
            : Extension.SMOOTHED;
    if (operand instanceof Expr.Subquery) {
      throw new SyntaxException(
          position(context), name + " after a subquery (expected: after a selector)");
    }
    Modifiers old = modifiers(operand, name);
    if (old.extension() != Extension.NONE && old.extension() != extension) {
      throw new SyntaxException(
          position(context), "anchored and smoothed exclude each other (expected: one of them)");
    }
    return with(operand, new Modifiers(old.offset(), old.at(), extension), position(context));
  }

  private static Modifiers modifiers(Expr operand, String modifier) {
    return switch (operand) {
      case Expr.VectorSelector selector -> selector.modifiers();
      case Expr.MatrixSelector selector -> selector.vector().modifiers();
      case Expr.Subquery subquery -> subquery.modifiers();
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Paren _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _ ->
          throw new SyntaxException(
              operand.position(),
              modifier
                  + " after "
                  + describe(operand)
                  + " (expected: after a selector or a subquery)");
    };
  }

  private static Expr with(Expr operand, Modifiers modifiers, Position position) {
    return switch (operand) {
      case Expr.VectorSelector(String name, List<Matcher> matchers, _, _) ->
          new Expr.VectorSelector(name, matchers, modifiers, position);
      case Expr.MatrixSelector(Expr.VectorSelector vector, DurationExpr range, _) ->
          new Expr.MatrixSelector(
              new Expr.VectorSelector(
                  vector.name(), vector.matchers(), modifiers, vector.position()),
              range,
              position);
      case Expr.Subquery(Expr inner, DurationExpr range, Optional<DurationExpr> step, _, _) ->
          new Expr.Subquery(inner, range, step, modifiers, position);
      default -> throw new IllegalArgumentException("no modifiers: " + describe(operand));
    };
  }

  /** What an expression is, in the words of error messages. */
  private static String describe(Expr expression) {
    return switch (expression) {
      case Expr.NumberLiteral _ -> "a number";
      case Expr.StringLiteral _ -> "a string";
      case Expr.Paren _ -> "an expression in parentheses";
      case Expr.Unary _ -> "a sign";
      case Expr.Binary _ -> "a binary operation";
      case Expr.Aggregate _ -> "an aggregation";
      case Expr.Call _ -> "a function call";
      case Expr.VectorSelector _ -> "an instant vector selector";
      case Expr.MatrixSelector _ -> "a range vector selector";
      case Expr.Subquery _ -> "a subquery";
    };
  }

  // Calls and aggregations.

  private Expr call(CallExpressionContext context) {
    String name = context.functionName().getText();
    if (Functions.find(name).isEmpty()) {
      throw new SyntaxException(position(context), "unknown function \"" + name + "\"");
    }
    return new Expr.Call(name, arguments(context.arguments()), position(context));
  }

  private List<Expr> arguments(ArgumentsContext context) {
    List<Expr> arguments = new ArrayList<>();
    for (ExpressionContext argument : context.expression()) {
      arguments.add(expression(argument));
    }
    return List.copyOf(arguments);
  }

  private Expr aggregate(AggregateExpressionContext context) {
    AggregateOperator operator =
        AggregateOperator.valueOf(context.aggregateOperator().getText().toUpperCase(Locale.ROOT));
    List<Expr> arguments = arguments(context.arguments());
    int wanted = operator.hasParameter() ? 2 : 1;
    if (arguments.size() != wanted) {
      throw new SyntaxException(
          position(context),
          operator.symbol()
              + " has "
              + arguments.size()
              + (arguments.size() == 1 ? " argument (expected: " : " arguments (expected: ")
              + (operator.hasParameter() ? "2, a parameter and a vector)" : "1, a vector)"));
    }
    GroupingContext grouping = context.grouping();
    return new Expr.Aggregate(
        operator,
        operator.hasParameter() ? Optional.of(arguments.getFirst()) : Optional.empty(),
        arguments.getLast(),
        grouping == null ? List.of() : labels(grouping.labels().labelList()),
        grouping != null && grouping.WITHOUT() != null,
        position(context));
  }

  private static List<String> labels(LabelListContext context) {
    List<String> names = new ArrayList<>();
    for (LabelNameContext label : context.labelName()) {
      String name = label.STRING() == null ? label.getText() : string(label.STRING().getSymbol());
      if (name.isEmpty() || name.codePoints().anyMatch(Literals::isEscapedByte)) {
        throw new SyntaxException(
            position(label),
            "bad label name " + label.getText() + " (expected: at least one character, in UTF-8)");
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  // Binary operations.

  private Expr binary(BinaryExpressionContext context) {
    BinaryOperator operator = BinaryOperators.of(context.operator);
    checkOffset(context);
    Expr left = expression(context.expression(0));
    Expr right = expression(context.expression(1));
    BinaryModifiersContext modifiers = context.binaryModifiers();
    return new Expr.Binary(
        operator,
        left,
        right,
        modifiers.BOOL() != null,
        matching(operator, left, right, modifiers),
        position(context));
  }

  // In Prometheus an arithmetic operator after an offset that is nothing but parentheses goes on
  // with
  // the offset: "x offset (5m) + 1" looks back 301 seconds, and "x offset (5m) + y" is an error.
  // Neither is what it looks like, so both are refused.
  private static void checkOffset(BinaryExpressionContext context) {
    switch (context.operator.getType()) {
      case PromQlLexer.ADD,
          PromQlLexer.SUB,
          PromQlLexer.MUL,
          PromQlLexer.DIV,
          PromQlLexer.MOD,
          PromQlLexer.POW -> {
        ExpressionContext last = context.expression(0);
        while (last instanceof BinaryExpressionContext || last instanceof UnaryExpressionContext) {
          last = (ExpressionContext) last.getChild(last.getChildCount() - 1);
        }
        if (last instanceof OffsetExpressionContext offset
            && offset.offset().start.getType() == PromQlLexer.LEFT_PAREN) {
          throw new SyntaxException(
              SyntaxErrors.position(context.operator),
              "\""
                  + context.operator.getText()
                  + "\" after an offset in parentheses (expected: the whole offset in parentheses, as"
                  + " in x offset (5m + 1), or the selector with it, as in (x offset (5m)) + 1)");
        }
      }
      default -> {}
    }
  }

  private static VectorMatching matching(
      BinaryOperator operator, Expr left, Expr right, BinaryModifiersContext modifiers) {
    Cardinality cardinality = operator.isSet() ? Cardinality.MANY_TO_MANY : Cardinality.ONE_TO_ONE;
    boolean on = false;
    List<String> labels = List.of();
    List<String> include = List.of();
    if (modifiers.matching() != null) {
      on = modifiers.matching().ON() != null;
      labels = labels(modifiers.matching().labels().labelList());
      GroupContext group = modifiers.matching().group();
      if (group != null) {
        cardinality =
            switch (group.start.getType()) {
              case PromQlLexer.GROUP_LEFT, PromQlLexer.GROUP_LEFT_LABELS -> Cardinality.MANY_TO_ONE;
              default -> Cardinality.ONE_TO_MANY;
            };
        include = group.labelList() == null ? include : labels(group.labelList());
      }
    }
    boolean vectors =
        modifiers.matching() == null
            || Types.of(left) == ValueType.VECTOR && Types.of(right) == ValueType.VECTOR;
    if (!vectors && labels.isEmpty() && modifiers.fill() == null) {
      // An empty on() or ignoring() with a scalar is allowed, and is nothing.
      return VectorMatching.DEFAULT;
    }
    OptionalDouble fillLeft = OptionalDouble.empty();
    OptionalDouble fillRight = OptionalDouble.empty();
    if (modifiers.fill() != null) {
      fillLeft = fillValue(modifiers.fill().both, modifiers.fill().left);
      fillRight = fillValue(modifiers.fill().both, modifiers.fill().right);
    }
    return new VectorMatching(cardinality, on, labels, include, fillLeft, fillRight);
  }

  private static OptionalDouble fillValue(
      @Nullable FillValueContext both, @Nullable FillValueContext side) {
    FillValueContext context = both == null ? side : both;
    return context == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(signed(context.sign, context.NUMBER().getSymbol()));
  }

  // Leaves.

  private static double signed(@Nullable Token sign, Token number) {
    double value = Literals.number(number.getText(), SyntaxErrors.position(number));
    return sign != null && sign.getType() == PromQlLexer.SUB ? -value : value;
  }

  private static String string(Token token) {
    return Literals.string(token.getText(), SyntaxErrors.position(token));
  }

  static Position position(ParserRuleContext context) {
    return new Position(context.start.getStartIndex(), context.stop.getStopIndex() + 1);
  }
}
