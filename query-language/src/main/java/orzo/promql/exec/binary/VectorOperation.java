package orzo.promql.exec.binary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.syntax.BinaryOperator;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.query.QueryException;

/**
 * Arithmetic and comparison between two vectors. Who meets whom is found once for whole series, by
 * signature; that no two series of the <em>one</em> side meet the same partner is then checked on
 * the steps that they share. For one operation and one thread.
 *
 * <p>The <em>many</em> side is the left one unless {@code group_right} says otherwise; between one
 * and one the left side takes its part.
 */
public final class VectorOperation {
  private final BinaryOperator operator;
  private final boolean returnBool;
  private final Expr.VectorMatching matching;
  private final boolean manyIsRight;
  private final boolean oneToOne;
  private final Signature signature;
  private final OptionalDouble fillMany;
  private final OptionalDouble fillOne;
  private final int steps;
  private final HistogramNotes notes;

  private final Map<Labels, Group> groups = new LinkedHashMap<>();
  private final List<SeriesBlock> results = new ArrayList<>();

  private VectorOperation(
      BinaryOperator operator,
      boolean returnBool,
      Expr.VectorMatching matching,
      int steps,
      HistogramNotes notes) {
    this.notes = notes;
    this.operator = operator;
    this.returnBool = returnBool;
    this.matching = matching;
    this.steps = steps;
    manyIsRight = matching.cardinality() == Cardinality.ONE_TO_MANY;
    oneToOne = matching.cardinality() == Cardinality.ONE_TO_ONE;
    signature = new Signature(matching);
    // With group_right, Prometheus swaps the sides but not their fill values: fill_left is always
    // for the many side.
    fillMany = matching.fillLeft();
    fillOne = matching.fillRight();
  }

  /**
   * Evaluates an operation; results that come to have equal labels are not yet merged.
   *
   * @param notes told of histograms that the operator makes nothing of
   * @throws QueryException for matches that are not unique where they must be
   */
  public static List<SeriesBlock> evaluate(
      Expr.Binary expr,
      List<SeriesBlock> left,
      List<SeriesBlock> right,
      int steps,
      HistogramNotes notes) {
    VectorOperation operation =
        new VectorOperation(expr.operator(), expr.returnBool(), expr.matching(), steps, notes);
    return operation.manyIsRight ? operation.join(right, left) : operation.join(left, right);
  }

  /** The series of one signature. */
  private static final class Group {
    final List<SeriesBlock> one = new ArrayList<>();
    final long[] onePresence;
    final long[] matched; // steps at which some series of the many side found its partner
    final Map<Labels, long[]> matchedByResult = new HashMap<>(); // unless one to one

    Group(int steps) {
      onePresence = Presence.none(steps);
      matched = Presence.none(steps);
    }
  }

  private List<SeriesBlock> join(List<SeriesBlock> many, List<SeriesBlock> one) {
    boolean fills = fillMany.isPresent() || fillOne.isPresent();
    if (!fills && (many.isEmpty() || one.isEmpty())) {
      return results;
    }
    long[] active = union(many);
    if (fills) {
      Arrays.fill(active, -1L);
    }
    List<Group> groupOfOne = new ArrayList<>(one.size());
    for (SeriesBlock block : one) {
      groupOfOne.add(addToGroup(block, active));
    }
    for (SeriesBlock block : many) {
      Group group = groups.get(signature.of(block.labels()));
      if (group != null) {
        for (SeriesBlock partner : group.one) {
          match(block, partner, Presence.and(block.presence, partner.presence), group);
        }
      }
      if (fillOne.isPresent()) {
        fillOne(block, group);
      }
    }
    if (fillMany.isPresent()) {
      for (int i = 0; i < one.size(); i++) {
        SeriesBlock block = one.get(i);
        Group group = groupOfOne.get(i);
        long[] alone = Presence.andNot(block.presence, group.matched);
        match(constant(block, fillMany.getAsDouble(), alone), block, alone, group);
      }
    }
    return results;
  }

  private void fillOne(SeriesBlock block, @Nullable Group found) {
    Group group =
        found != null
            ? found
            : groups.computeIfAbsent(signature.of(block.labels()), _ -> new Group(steps));
    long[] alone = Presence.andNot(block.presence, group.onePresence);
    match(block, constant(block, fillOne.getAsDouble(), alone), alone, group);
  }

  /** A partner for a series that has none. */
  private SeriesBlock constant(SeriesBlock block, double value, long[] presence) {
    double[] values = new double[steps];
    Arrays.fill(values, value);
    return new SeriesBlock(signature.of(block.labels()), false, values, presence);
  }

  private Group addToGroup(SeriesBlock block, long[] active) {
    Labels key = signature.of(block.labels());
    Group group = groups.computeIfAbsent(key, _ -> new Group(steps));
    long[] twice = Presence.and(block.presence, group.onePresence);
    int step = Presence.next(Presence.and(twice, active), 0);
    if (step >= 0) {
      throw duplicate(key, group, block, step);
    }
    Presence.addAll(group.onePresence, block.presence);
    group.one.add(block);
    return group;
  }

  private QueryException duplicate(Labels key, Group group, SeriesBlock block, int step) {
    String second = block.labels().toString();
    String first = second;
    for (SeriesBlock other : group.one) {
      if (other.has(step)) {
        first = other.labels().toString();
        break;
      }
    }
    return error(
        "found duplicate series for the match group "
            + key
            + " on the "
            + (manyIsRight ? "left" : "right")
            + " hand-side of the operation: ["
            + (first.compareTo(second) <= 0 ? first + ", " + second : second + ", " + first)
            + "];many-to-many matching not allowed: matching labels must be unique on one side");
  }

  /** Computes the result of two series that met at {@code steps}. */
  private void match(SeriesBlock many, SeriesBlock one, long[] met, Group group) {
    if (Presence.isEmpty(met)) {
      return;
    }
    Labels labels = resultLabels(many.labels(), one.labels());
    if (HistogramOperation.applies(operator, many.hasHistograms() || one.hasHistograms())) {
      matchOneByOne(labels, many, one, met, group);
      return;
    }
    requireUnique(labels, met, group);
    double[] left = manyIsRight ? one.values : many.values;
    double[] right = manyIsRight ? many.values : one.values;
    if (!operator.isComparison()) {
      results.add(new SeriesBlock(labels, false, Kernels.arithmetic(operator, left, right), met));
      return;
    }
    long[] holds = Kernels.comparison(operator, left, right);
    if (returnBool) {
      results.add(new SeriesBlock(labels, true, Kernels.zeroOrOne(holds, steps), met));
    } else {
      long[] kept = Presence.and(met, holds);
      if (!Presence.isEmpty(kept)) {
        results.add(new SeriesBlock(labels, filteredNameDropped(many, one), left, kept));
      }
    }
  }

  /** Whether the name is to be dropped of what a comparison without {@code bool} leaves. */
  private boolean filteredNameDropped(SeriesBlock many, SeriesBlock one) {
    return matching.include().contains(Labels.NAME) ? one.nameDropped() : many.nameDropped();
  }

  /** The same where some samples are histograms. Those that don't go together have not met. */
  private void matchOneByOne(
      Labels labels, SeriesBlock many, SeriesBlock one, long[] met, Group group) {
    SeriesBlock left = manyIsRight ? one : many;
    SeriesBlock right = manyIsRight ? many : one;
    boolean compares = operator.isComparison();
    double[] ofFloats =
        compares || operator.isTrim()
            ? left.values
            : Kernels.arithmetic(operator, left.values, right.values);
    long[] floatHolds =
        compares ? Kernels.comparison(operator, left.values, right.values) : Presence.all(steps);
    HistogramOperation operation = new HistogramOperation(operator, notes);
    boolean nameDropped = compares && (returnBool || filteredNameDropped(many, one));
    SeriesBlock result = new SeriesBlock(labels, nameDropped, steps);
    long[] done = Presence.none(steps);
    for (int step = Presence.next(met, 0); step >= 0; step = Presence.next(met, step + 1)) {
      NativeHistogram leftHistogram = left.histogram(step);
      NativeHistogram rightHistogram = right.histogram(step);
      boolean floats = leftHistogram == null && rightHistogram == null && !operator.isTrim();
      HistogramOperation.Outcome outcome =
          floats
              ? null
              : operation.apply(
                  leftHistogram, left.values[step], rightHistogram, right.values[step]);
      if (!floats && outcome == null) {
        continue;
      }
      Presence.add(done, step);
      boolean holds = outcome == null ? Presence.has(floatHolds, step) : outcome.holds();
      if (returnBool) {
        result.set(step, holds ? 1 : 0);
      } else if (holds && outcome == null) {
        result.set(step, ofFloats[step]);
      } else if (holds && outcome != null) {
        result.set(step, outcome.histogram());
      }
    }
    requireUnique(labels, done, group);
    if (!result.isEmpty()) {
      results.add(result);
    }
  }

  private void requireUnique(Labels result, long[] met, Group group) {
    if (oneToOne) {
      if (Presence.intersects(group.matched, met)) {
        throw error(
            "multiple matches for labels: many-to-one matching must be explicit"
                + " (group_left/group_right)");
      }
    } else {
      long[] before = group.matchedByResult.computeIfAbsent(result, _ -> Presence.none(steps));
      if (Presence.intersects(before, met)) {
        throw error("multiple matches for labels: grouping labels must ensure unique matches");
      }
      Presence.addAll(before, met);
    }
    Presence.addAll(group.matched, met);
  }

  private Labels resultLabels(Labels many, Labels one) {
    Labels labels = operator.isComparison() ? many : MetricNames.drop(many);
    if (oneToOne) {
      labels = matching.on() ? labels.keep(matching.labels()) : labels.drop(matching.labels());
    }
    if (!matching.include().isEmpty()) {
      Labels.Builder builder = labels.toBuilder();
      for (String name : matching.include()) {
        builder.set(name, one.get(name));
      }
      labels = builder.build();
    }
    return labels;
  }

  private long[] union(List<SeriesBlock> series) {
    long[] union = Presence.none(steps);
    for (SeriesBlock block : series) {
      Presence.addAll(union, block.presence);
    }
    return union;
  }

  private static QueryException error(String message) {
    return new QueryException(QueryException.Type.EXECUTION, message);
  }
}
