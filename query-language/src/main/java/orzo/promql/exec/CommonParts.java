package orzo.promql.exec;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlPrinter;

/**
 * The parts of an expression that are written more than once, as {@code a} in {@code (a - b) / a},
 * and need be evaluated only once. Of parts within such parts only those count that are written
 * elsewhere too. Safe for many threads.
 */
final class CommonParts {
  /** A larger expression is not looked through: each part of it is printed to be compared. */
  private static final int MAX_PARTS = 300;

  private final IdentityHashMap<Expr, Integer> numbers = new IdentityHashMap<>();

  private CommonParts() {}

  /** No part counts as written twice. */
  static CommonParts none() {
    return new CommonParts();
  }

  /** Looks for the common parts of an expression. */
  static CommonParts of(Expr root) {
    CommonParts common = new CommonParts();
    if (count(root) > MAX_PARTS || selectors(root) < 2) {
      return common;
    }
    Map<String, Integer> occurrences = new HashMap<>();
    IdentityHashMap<Expr, String> texts = new IdentityHashMap<>();
    countTexts(root, occurrences, texts);
    common.number(root, 1, occurrences, texts, new HashMap<>());
    return common;
  }

  /** Which common part this is an occurrence of; null if it is none. */
  @Nullable Integer number(Expr part) {
    return numbers.get(part);
  }

  /** Whether nothing is written twice. */
  boolean isEmpty() {
    return numbers.isEmpty();
  }

  private static int count(Expr expr) {
    int count = 1;
    for (Expr operand : operands(expr)) {
      count += count(operand);
    }
    return count;
  }

  private static int selectors(Expr expr) {
    int selectors =
        expr instanceof Expr.VectorSelector || expr instanceof Expr.MatrixSelector ? 1 : 0;
    for (Expr operand : operands(expr)) {
      selectors += selectors(operand);
    }
    return selectors;
  }

  private static void countTexts(
      Expr expr, Map<String, Integer> occurrences, IdentityHashMap<Expr, String> texts) {
    if (isWorthIt(expr)) {
      String text = PromQlPrinter.print(expr);
      texts.put(expr, text);
      occurrences.merge(text, 1, Integer::sum);
    }
    for (Expr operand : operands(expr)) {
      countTexts(operand, occurrences, texts);
    }
  }

  /**
   * Numbers common parts.
   *
   * @param around how often the numbered part around this one is written
   */
  private void number(
      Expr expr,
      int around,
      Map<String, Integer> occurrences,
      IdentityHashMap<Expr, String> texts,
      Map<String, Integer> known) {
    String text = texts.get(expr);
    int times = text == null ? 1 : occurrences.getOrDefault(text, 1);
    int within = around;
    if (text != null && times > around) {
      Integer before = known.putIfAbsent(text, known.size());
      numbers.put(expr, before == null ? known.size() - 1 : before);
      if (before != null) {
        return; // the part is not evaluated here
      }
      within = times;
    }
    for (Expr operand : operands(expr)) {
      number(operand, within, occurrences, texts, known);
    }
  }

  /** Whether a part reads series, and is one that has a value by itself. */
  private static boolean isWorthIt(Expr expr) {
    return switch (expr) {
      case Expr.VectorSelector _ -> true;
      case Expr.Unary _, Expr.Binary _, Expr.Aggregate _, Expr.Call _ -> selectors(expr) > 0;
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Paren _,
          Expr.MatrixSelector _,
          Expr.Subquery _ ->
          false;
    };
  }

  /** The parts of a part; those of a range selector are not evaluated by themselves. */
  private static List<Expr> operands(Expr expr) {
    return switch (expr) {
      case Expr.Paren paren -> List.of(paren.inner());
      case Expr.Unary unary -> List.of(unary.operand());
      case Expr.Binary binary -> List.of(binary.left(), binary.right());
      case Expr.Aggregate aggregate ->
          aggregate.parameter().isPresent()
              ? List.of(aggregate.parameter().get(), aggregate.operand())
              : List.of(aggregate.operand());
      case Expr.Call call -> call.arguments();
      case Expr.Subquery subquery -> List.of(subquery.operand());
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _ ->
          List.of();
    };
  }
}
