package orzo.promql.exec.binary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.syntax.Expr;

/**
 * {@code and}, {@code or} and {@code unless}: samples of one side stay or go by whether the other
 * side has any sample of the same signature at the same step.
 */
public final class SetOperation {
  private SetOperation() {}

  /** The left samples that have a right one. */
  public static List<SeriesBlock> and(
      List<SeriesBlock> left, List<SeriesBlock> right, Expr.VectorMatching matching) {
    return filtered(left, presenceBySignature(right, matching), matching, true);
  }

  /** The left samples that have no right one. */
  public static List<SeriesBlock> unless(
      List<SeriesBlock> left, List<SeriesBlock> right, Expr.VectorMatching matching) {
    return filtered(left, presenceBySignature(right, matching), matching, false);
  }

  /** All left samples, and the right ones that have no left one; equal labels not yet merged. */
  public static List<SeriesBlock> or(
      List<SeriesBlock> left, List<SeriesBlock> right, Expr.VectorMatching matching) {
    List<SeriesBlock> result = new ArrayList<>(left);
    result.addAll(filtered(right, presenceBySignature(left, matching), matching, false));
    return result;
  }

  private static List<SeriesBlock> filtered(
      List<SeriesBlock> series,
      Map<Labels, long[]> others,
      Expr.VectorMatching matching,
      boolean wanted) {
    Signature signature = new Signature(matching);
    List<SeriesBlock> result = new ArrayList<>(series.size());
    for (SeriesBlock block : series) {
      long[] other = others.get(signature.of(block.labels()));
      if (other == null) {
        if (!wanted) {
          result.add(block);
        }
        continue;
      }
      long[] kept =
          wanted ? Presence.and(block.presence, other) : Presence.andNot(block.presence, other);
      if (!Presence.isEmpty(kept)) {
        result.add(block.masked(kept));
      }
    }
    return result;
  }

  private static Map<Labels, long[]> presenceBySignature(
      List<SeriesBlock> series, Expr.VectorMatching matching) {
    Signature signature = new Signature(matching);
    Map<Labels, long[]> presence = HashMap.newHashMap(series.size());
    for (SeriesBlock block : series) {
      Presence.addAll(
          presence.computeIfAbsent(
              signature.of(block.labels()), _ -> new long[block.presence.length]),
          block.presence);
    }
    return presence;
  }
}
