package orzo.promql.exec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlPrinter;
import orzo.query.Explanation;

/** What the selectors of one query have read, for its explanation. */
final class ScanRecord {
  private final IdentityHashMap<Expr, Explanation.Scan> bySelector = new IdentityHashMap<>();

  private final Set<Expr> repeated = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Notes a part whose value was that of the same part elsewhere. */
  void addRepeated(Expr part) {
    repeated.add(part);
  }

  /** Notes what was read for a selector; when it is read again, the tiers of the last time stay. */
  void add(Expr selector, Explanation.Scan scan) {
    Explanation.Scan before = bySelector.get(selector);
    bySelector.put(
        selector,
        before == null
            ? scan
            : new Explanation.Scan(
                scan.series(), before.counts().plus(scan.counts()), scan.tiers()));
  }

  /** The operations of an expression that was evaluated. */
  Explanation explain(Expr expr) {
    if (repeated.contains(expr)) {
      return node("as elsewhere", expr);
    }
    return switch (expr) {
      case Expr.Paren paren -> explain(paren.inner());
      case Expr.NumberLiteral number -> node("number", number);
      case Expr.StringLiteral string -> node("string", string);
      case Expr.Unary unary ->
          node(unary.negative() ? "negate" : "keep sign", unary, unary.operand());
      case Expr.Binary binary ->
          node("binary " + binary.operator().symbol(), binary, binary.left(), binary.right());
      case Expr.Aggregate aggregate -> {
        String name = "aggregate " + aggregate.operator().name().toLowerCase(Locale.ROOT);
        yield aggregate.parameter().isPresent()
            ? node(name, aggregate, aggregate.parameter().get(), aggregate.operand())
            : node(name, aggregate, aggregate.operand());
      }
      case Expr.Call call ->
          node("call " + call.function(), call, call.arguments().toArray(Expr[]::new));
      case Expr.VectorSelector selector -> node("scan", selector);
      case Expr.MatrixSelector selector -> node("scan range", selector);
      case Expr.Subquery subquery -> node("subquery", subquery, subquery.operand());
    };
  }

  private Explanation node(String operation, Expr expr, Expr... operands) {
    List<Explanation> explained = new ArrayList<>(operands.length);
    for (Expr operand : operands) {
      explained.add(explain(operand));
    }
    Explanation.@Nullable Scan scan = bySelector.get(expr);
    return new Explanation(
        operation, PromQlPrinter.print(expr), Optional.ofNullable(scan), explained);
  }
}
