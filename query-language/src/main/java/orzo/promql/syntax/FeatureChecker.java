package orzo.promql.syntax;

import java.util.Locale;
import java.util.Set;
import orzo.promql.syntax.Expr.DurationExpr;

/** Refuses the parts of an expression that need a feature which is switched off. */
final class FeatureChecker {
  private final Set<PromQlFeature> features;

  FeatureChecker(Set<PromQlFeature> features) {
    this.features = features;
  }

  /** Looks at all parts; throws a {@link SyntaxException} at the first that is refused. */
  void check(Expr expression) {
    switch (expression) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
      case Expr.Paren paren -> check(paren.inner());
      case Expr.Unary unary -> check(unary.operand());
      case Expr.Binary binary -> {
        check(binary.left());
        check(binary.right());
        Expr.VectorMatching matching = binary.matching();
        if (matching.fillLeft().isPresent() || matching.fillRight().isPresent()) {
          require(PromQlFeature.FILL_MODIFIERS, "fill", binary);
        }
      }
      case Expr.Aggregate aggregate -> {
        aggregate.parameter().ifPresent(this::check);
        check(aggregate.operand());
        switch (aggregate.operator()) {
          case LIMITK, LIMIT_RATIO ->
              require(
                  PromQlFeature.EXPERIMENTAL_FUNCTIONS,
                  aggregate.operator().symbol() + "()",
                  aggregate);
          case SUM,
              AVG,
              COUNT,
              MIN,
              MAX,
              GROUP,
              STDDEV,
              STDVAR,
              TOPK,
              BOTTOMK,
              COUNT_VALUES,
              QUANTILE -> {}
        }
      }
      case Expr.Call call -> {
        call.arguments().forEach(this::check);
        if (Functions.find(call.function()).orElseThrow().experimental()) {
          require(PromQlFeature.EXPERIMENTAL_FUNCTIONS, call.function() + "()", call);
        }
      }
      case Expr.VectorSelector selector -> check(selector.modifiers(), selector);
      case Expr.MatrixSelector selector -> {
        check(selector.vector().modifiers(), selector);
        check(selector.range(), selector);
      }
      case Expr.Subquery subquery -> {
        check(subquery.operand());
        check(subquery.modifiers(), subquery);
        check(subquery.range(), subquery);
        subquery.step().ifPresent(step -> check(step, subquery));
      }
    }
  }

  private void check(Expr.Modifiers modifiers, Expr place) {
    check(modifiers.offset(), place);
    if (modifiers.extension() != Expr.Extension.NONE) {
      require(
          PromQlFeature.EXTENDED_RANGE_SELECTORS,
          modifiers.extension().name().toLowerCase(Locale.ROOT),
          place);
    }
  }

  private void check(DurationExpr duration, Expr place) {
    if (!(duration instanceof DurationExpr.Literal)) {
      require(PromQlFeature.DURATION_EXPRESSIONS, "a computed duration", place);
    }
  }

  private void require(PromQlFeature feature, String what, Expr place) {
    if (!features.contains(feature)) {
      throw new SyntaxException(place.position(), feature.refusal(what));
    }
  }
}
