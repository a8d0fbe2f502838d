package orzo.promql.exec;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.function.InfoLabels;
import orzo.promql.syntax.Expr;

/** Calls of {@code info()}: reads the info series that the series of its argument may meet. */
final class InfoCall {
  private static final Matcher TARGET_INFO =
      Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, "target_info");
  private static final Matcher ANY_INFO =
      Matcher.of(Labels.NAME, Matcher.Operation.MATCHES, ".+_info");

  /** More values than these are not written into a matcher; too many info series are read then. */
  private static final int MAX_VALUES = 500;

  private final Evaluator evaluator;
  private final Selectors selectors;
  private final Durations durations;

  InfoCall(Evaluator evaluator, Selectors selectors, Durations durations) {
    this.evaluator = evaluator;
    this.selectors = selectors;
    this.durations = durations;
  }

  List<SeriesBlock> evaluate(Expr.Call call, TimeGrid grid) {
    Expr argument = call.arguments().getFirst();
    List<Matcher> nameMatchers = new ArrayList<>();
    List<Matcher> dataMatchers = new ArrayList<>();
    if (call.arguments().size() > 1
        && StepInvariance.unwrap(call.arguments().get(1)) instanceof Expr.VectorSelector data) {
      for (Matcher matcher : data.matchers()) {
        (matcher.name().equals(Labels.NAME) ? nameMatchers : dataMatchers).add(matcher);
      }
    }
    addDefaults(nameMatchers);
    List<SeriesBlock> results = new ArrayList<>();
    List<SeriesBlock> bases = new ArrayList<>();
    for (SeriesBlock block : evaluator.vector(argument, grid)) {
      String name = block.labels().metricName();
      boolean isInfo = nameMatchers.stream().allMatch(matcher -> matcher.matches(name));
      (isInfo ? results : bases).add(block);
    }
    List<Matcher> matchers = new ArrayList<>(nameMatchers);
    matchers.addAll(dataMatchers);
    boolean identified = addIdentities(bases, matchers);
    List<SeriesBlock> infos =
        identified ? infos(new Reference(argument), matchers, grid) : List.of();
    long[] asked = Presence.none(grid.steps());
    for (SeriesBlock block : bases) {
      Presence.addAll(asked, block.presence);
    }
    InfoLabels labels = new InfoLabels(infos, asked, grid.steps(), dataMatchers);
    for (SeriesBlock base : bases) {
      results.addAll(labels.enrich(base));
    }
    return SeriesMerge.byLabels(results);
  }

  /** Names that are only excluded leave all of {@code .+_info}; none at all, target_info. */
  private static void addDefaults(List<Matcher> nameMatchers) {
    boolean positive = false;
    for (Matcher matcher : nameMatchers) {
      positive |=
          switch (matcher.operation()) {
            case EQUAL, MATCHES -> true;
            case NOT_EQUAL, NOT_MATCHES -> false;
          };
    }
    if (!positive) {
      nameMatchers.add(nameMatchers.isEmpty() ? TARGET_INFO : ANY_INFO);
    }
  }

  /** Adds matchers of the identifying labels that series have; false when none has any. */
  private static boolean addIdentities(List<SeriesBlock> bases, List<Matcher> matchers) {
    boolean any = false;
    for (String label : InfoLabels.IDENTIFYING) {
      Set<String> values = new TreeSet<>();
      for (SeriesBlock base : bases) {
        values.add(base.labels().get(label));
      }
      values.remove("");
      any |= !values.isEmpty();
      if (!values.isEmpty() && values.size() <= MAX_VALUES) {
        List<String> patterns = values.stream().map(Pattern::quote).toList();
        matchers.add(Matcher.of(label, Matcher.Operation.MATCHES, String.join("|", patterns)));
      }
    }
    return any;
  }

  private List<SeriesBlock> infos(Reference reference, List<Matcher> matchers, TimeGrid grid) {
    Expr.Modifiers modifiers =
        new Expr.Modifiers(
            new Expr.DurationExpr.Literal(reference.offsetMillis),
            reference.at,
            Expr.Extension.NONE);
    return selectors.instant(
        new Expr.VectorSelector("", matchers, modifiers, reference.argument.position()),
        grid,
        Selectors.Shown.INFO_TIMESTAMP_SECONDS);
  }

  /**
   * When info series are looked at: as the first selector of the argument says. Offsets of
   * subqueries around it add up, until an {@code @} makes those further out irrelevant.
   */
  private final class Reference {
    final Expr argument;
    Expr.At at = new Expr.At.EvaluationTime();
    long offsetMillis;

    Reference(Expr argument) {
      this.argument = argument;
      find(argument);
    }

    /** Goes down to the first selector; true when there is one. */
    private boolean find(Expr expr) {
      Optional<Expr.Modifiers> modifiers = Optional.empty();
      boolean found =
          switch (expr) {
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> false;
            case Expr.Paren paren -> find(paren.inner());
            case Expr.Unary unary -> find(unary.operand());
            case Expr.Binary binary -> find(binary.left()) || find(binary.right());
            case Expr.Aggregate aggregate ->
                find(aggregate.operand())
                    || aggregate.parameter().isPresent() && find(aggregate.parameter().get());
            case Expr.Call call -> call.arguments().stream().anyMatch(this::find);
            case Expr.VectorSelector selector -> {
              modifiers = Optional.of(selector.modifiers());
              yield true;
            }
            case Expr.MatrixSelector selector -> find(selector.vector());
            case Expr.Subquery subquery -> {
              boolean inside = find(subquery.operand());
              modifiers = inside ? Optional.of(subquery.modifiers()) : Optional.empty();
              yield inside;
            }
          };
      if (modifiers.isPresent() && at instanceof Expr.At.EvaluationTime) {
        offsetMillis += durations.offsetMillis(modifiers.get().offset());
        at = modifiers.get().at();
      }
      return found;
    }
  }
}
