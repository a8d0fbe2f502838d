package orzo.promql.exec.binary;

import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.histogram.HistogramTrim;
import orzo.promql.syntax.BinaryOperator;

/**
 * A binary operator between two samples of which at least one is a histogram, or which only
 * histograms have. Source: Prometheus's promql/engine.go, {@code vectorElemBinop}.
 *
 * @param notes told of operands that don't go together
 */
record HistogramOperation(BinaryOperator operator, HistogramNotes notes) {
  /**
   * What comes of two samples.
   *
   * @param holds whether a comparison holds; true for an arithmetic operator
   * @param histogram the result, or the left side of a comparison
   */
  record Outcome(boolean holds, NativeHistogram histogram) {}

  /** Whether operands are to be looked at one by one. */
  static boolean applies(BinaryOperator operator, boolean someHistograms) {
    return someHistograms || operator.isTrim();
  }

  /** What comes of two samples, each a float where its histogram is null; null for nothing. */
  @Nullable Outcome apply(
      @Nullable NativeHistogram left,
      double leftFloat,
      @Nullable NativeHistogram right,
      double rightFloat) {
    if (left != null && right != null) {
      return betweenHistograms(left, right);
    } else if (left != null) {
      return switch (operator) {
        case MUL -> result(left.times(rightFloat).compacted());
        case DIV -> result(left.dividedBy(rightFloat).compacted());
        case TRIM_UPPER -> result(HistogramTrim.below(left, rightFloat));
        case TRIM_LOWER -> result(HistogramTrim.above(left, rightFloat));
        case ADD,
            SUB,
            MOD,
            POW,
            ATAN2,
            EQUAL,
            NOT_EQUAL,
            LESS,
            GREATER,
            LESS_OR_EQUAL,
            GREATER_OR_EQUAL,
            AND,
            OR,
            UNLESS ->
            refused("histogram", "float");
      };
    } else if (right != null) {
      return operator == BinaryOperator.MUL
          ? result(right.times(leftFloat).compacted())
          : refused("float", "histogram");
    }
    return refused("float", "float");
  }

  private @Nullable Outcome betweenHistograms(NativeHistogram left, NativeHistogram right) {
    return switch (operator) {
      case ADD -> {
        HistogramSum sum = HistogramSum.of(left);
        yield sum.add(right) ? result(noted(sum, "addition")) : incompatible();
      }
      case SUB -> {
        HistogramSum sum = HistogramSum.of(left);
        yield sum.subtract(right)
            ? result(noted(sum, "subtraction").withResetHint(ResetHint.GAUGE))
            : incompatible();
      }
      case EQUAL -> new Outcome(left.hasObservationsOf(right), left);
      case NOT_EQUAL -> new Outcome(!left.hasObservationsOf(right), left);
      case MUL,
          DIV,
          MOD,
          POW,
          ATAN2,
          LESS,
          GREATER,
          LESS_OR_EQUAL,
          GREATER_OR_EQUAL,
          TRIM_UPPER,
          TRIM_LOWER,
          AND,
          OR,
          UNLESS ->
          refused("histogram", "histogram");
    };
  }

  private static Outcome result(NativeHistogram histogram) {
    return new Outcome(true, histogram);
  }

  private NativeHistogram noted(HistogramSum sum, String operation) {
    if (sum.hintsCollided()) {
      notes.add(HistogramNote.resetCollision(operation));
    }
    if (sum.boundsReconciled()) {
      notes.add(HistogramNote.reconciledBounds(operation));
    }
    return sum.result().compacted();
  }

  private @Nullable Outcome incompatible() {
    notes.add(HistogramNote.incompatibleLayout(operator.symbol()));
    return null;
  }

  private @Nullable Outcome refused(String left, String right) {
    notes.add(HistogramNote.incompatibleTypes(left, operator.symbol(), right));
    return null;
  }
}
