package orzo.promql.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.query.QueryEngine;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Runs scripts against an engine and says which evals hold. */
public final class ScriptRunner {
  private final LoadedSeries series;
  private final QueryEngine engine;

  /** Runs on an engine that reads {@code series}. */
  public ScriptRunner(LoadedSeries series, QueryEngine engine) {
    this.series = series;
    this.engine = engine;
  }

  /** How an eval went. */
  public enum Outcome {
    PASSED,
    FAILED
  }

  /**
   * One eval's result.
   *
   * @param detail what is wrong, for people
   */
  public record Verdict(int line, String query, Outcome outcome, String detail) {}

  /** Runs a script from its start, without any series. */
  public List<Verdict> run(String text) {
    series.clear();
    List<Verdict> verdicts = new ArrayList<>();
    for (Command command : Script.parse(text).commands()) {
      switch (command) {
        case Command.Clear _ -> series.clear();
        case Command.Load load -> load(load);
        case Command.Eval eval -> verdicts.add(judge(eval));
      }
    }
    return verdicts;
  }

  private void load(Command.Load load) {
    ClassicConversion conversion = new ClassicConversion();
    List<Optional<Point>> starts = List.of();
    for (SeriesLine line : load.series()) {
      Labels labels = line.labels().orElseThrow();
      if (line.isStarts()) {
        starts = line.values();
        continue;
      }
      for (int i = 0; i < line.values().size(); i++) {
        Optional<Point> point = line.values().get(i);
        long time = i * load.stepMillis();
        if (point.isPresent()) {
          boolean hasStart = i < starts.size() && starts.get(i).isPresent();
          long start = hasStart ? time + (long) starts.get(i).get().value() : 0;
          series.add(labels, time, point.get().withStart(start));
          conversion.add(labels, time, point.get().value());
        }
      }
      starts = List.of();
    }
    if (load.asHistogramsToo()) {
      conversion.addTo(series);
    }
  }

  private Verdict judge(Command.Eval eval) {
    String detail;
    try {
      detail = compare(eval, ask(eval));
      if (detail.isEmpty() && canRepeatAsRange(eval)) {
        detail = repeatAsRange(eval);
      }
    } catch (QueryException e) {
      String message = String.valueOf(e.getMessage());
      boolean understood =
          e.type() == QueryException.Type.EXECUTION || !message.contains("parse error");
      detail =
          !eval.expects(Command.Expectation.Kind.FAIL) || !understood
              ? "failed: " + message
              : unmatched(eval, Command.Expectation.Kind.FAIL, List.of(message));
    }
    Outcome outcome = detail.isEmpty() ? Outcome.PASSED : Outcome.FAILED;
    return new Verdict(eval.line(), eval.query(), outcome, detail);
  }

  private QueryResult ask(Command.Eval eval) {
    return eval.range()
        ? engine.range(
            Tenant.DEFAULT,
            eval.query(),
            eval.startMillis(),
            eval.endMillis(),
            eval.stepMillis(),
            QueryOptions.DEFAULT)
        : engine.instant(Tenant.DEFAULT, eval.query(), eval.startMillis(), QueryOptions.DEFAULT);
  }

  private static String compare(Command.Eval eval, QueryResult result) {
    if (eval.expects(Command.Expectation.Kind.FAIL)) {
      return "did not fail: " + show(result.value());
    }
    String annotations = compareAnnotations(eval, result);
    return annotations.isEmpty() ? compareValue(eval, result.value()) : annotations;
  }

  private static String compareAnnotations(Command.Eval eval, QueryResult result) {
    if (eval.expects(Command.Expectation.Kind.NO_WARN) && !result.warnings().isEmpty()) {
      return "warnings: " + result.warnings();
    }
    if (eval.expects(Command.Expectation.Kind.NO_INFO) && !result.infos().isEmpty()) {
      return "infos: " + result.infos();
    }
    String warnings = unmatched(eval, Command.Expectation.Kind.WARN, result.warnings());
    return warnings.isEmpty()
        ? unmatched(eval, Command.Expectation.Kind.INFO, result.infos())
        : warnings;
  }

  private static String unmatched(
      Command.Eval eval, Command.Expectation.Kind kind, List<String> messages) {
    for (Command.Expectation expectation : eval.expectations()) {
      if (expectation.kind() == kind && messages.stream().noneMatch(expectation::matches)) {
        return "expected " + kind + " '" + expectation.text() + "', got " + messages;
      }
    }
    return "";
  }

  private static String compareValue(Command.Eval eval, QueryValue value) {
    return switch (value) {
      case QueryValue.Text(_, String text) -> {
        boolean same =
            eval.expectations().stream()
                .anyMatch(
                    e -> e.kind() == Command.Expectation.Kind.STRING && e.text().equals(text));
        yield same ? "" : "got the string '" + text + "'";
      }
      case QueryValue.Scalar scalar -> {
        boolean same =
            eval.expected().size() == 1
                && eval.expected().getFirst().labels().isEmpty()
                && eval.expected()
                    .getFirst()
                    .values()
                    .getFirst()
                    .orElseThrow()
                    .isNear(scalar.value(), null);
        yield same ? "" : "got the scalar " + scalar.value();
      }
      case QueryValue.Vector vector -> compareVector(eval, vector);
      case QueryValue.Matrix matrix -> {
        long[] times =
            eval.rangeVector()
                .orElse(new long[] {eval.startMillis(), eval.endMillis(), eval.stepMillis()});
        yield eval.range() || eval.rangeVector().isPresent() || matrix.series().isEmpty()
            ? compareMatrix(eval, matrix, times[0], Math.max(1, times[2]))
            : "got a range vector";
      }
    };
  }

  private static String compareVector(Command.Eval eval, QueryValue.Vector vector) {
    if (vector.series().size() != eval.expected().size()) {
      return "got " + show(vector);
    }
    for (int i = 0; i < eval.expected().size(); i++) {
      SeriesLine line = eval.expected().get(i);
      Labels labels = line.labels().orElse(Labels.EMPTY);
      int at = eval.expects(Command.Expectation.Kind.ORDERED) ? i : vector.series().indexOf(labels);
      boolean same =
          at >= 0
              && vector.series().get(at).equals(labels)
              && line.values().size() == 1
              && line.values().getFirst().isPresent()
              && line.values()
                  .getFirst()
                  .get()
                  .isNear(vector.values()[at], vector.histograms()[at]);
      if (!same) {
        return "differs at " + labels + ": got " + show(vector);
      }
    }
    return "";
  }

  private static String compareMatrix(
      Command.Eval eval, QueryValue.Matrix matrix, long start, long step) {
    Map<Labels, Map<Long, Point>> expected = new LinkedHashMap<>();
    for (SeriesLine line : eval.expected()) {
      Map<Long, Point> points = new LinkedHashMap<>();
      for (int i = 0; i < line.values().size(); i++) {
        if (line.values().get(i).isPresent()) {
          points.put(start + i * step, line.values().get(i).get());
        }
      }
      if (!points.isEmpty()) {
        expected.put(line.labels().orElse(Labels.EMPTY), points);
      }
    }
    if (matrix.series().size() != expected.size()) {
      return "got " + show(matrix);
    }
    for (int i = 0; i < matrix.series().size(); i++) {
      Map<Long, Point> points = expected.get(matrix.series().get(i));
      SampleBuffer samples = matrix.samples().get(i);
      boolean same = points != null && points.size() == samples.size;
      for (int j = 0; same && j < samples.size; j++) {
        Point point = points == null ? null : points.get(samples.timestampsMillis[j]);
        same = point != null && point.isNear(samples.values[j], histogram(samples, j));
      }
      if (!same) {
        return "differs at " + matrix.series().get(i) + ": got " + show(matrix);
      }
    }
    return "";
  }

  private static boolean canRepeatAsRange(Command.Eval eval) {
    boolean queryTimes = eval.query().matches("(?is).*\\b(start|end|range|step)\\s*\\(\\).*");
    return !eval.range()
        && !queryTimes
        && eval.expectations().stream()
            .noneMatch(e ->
                e.kind() == Command.Expectation.Kind.STRING
                    || e.kind() == Command.Expectation.Kind.FAIL
                    || e.kind() == Command.Expectation.Kind.RANGE_VECTOR);
  }

  /** At the middle of a range the same values must come out as at an instant. */
  private String repeatAsRange(Command.Eval eval) {
    long time = eval.startMillis();
    QueryValue value =
        engine
            .range(
                Tenant.DEFAULT,
                eval.query(),
                time - 60_000,
                time + 60_000,
                60_000,
                QueryOptions.DEFAULT)
            .value();
    if (!(value instanceof QueryValue.Matrix(List<Labels> labels, List<SampleBuffer> samples))) {
      return "as a range: no matrix";
    }
    List<Labels> found = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    List<@Nullable NativeHistogram> histograms = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      SampleBuffer buffer = samples.get(i);
      for (int j = 0; j < buffer.size; j++) {
        if (buffer.timestampsMillis[j] == time) {
          found.add(labels.get(i));
          values.add(buffer.values[j]);
          histograms.add(histogram(buffer, j));
        }
      }
    }
    QueryValue.Vector vector =
        new QueryValue.Vector(
            found,
            values.stream().mapToDouble(Double::doubleValue).toArray(),
            time,
            histograms.toArray(new NativeHistogram[0]));
    if (vector.series().size() != eval.expected().size()) {
      return "as a range: got " + show(vector);
    }
    for (SeriesLine line : eval.expected()) {
      int at = found.indexOf(line.labels().orElse(Labels.EMPTY));
      if (at < 0
          || !line.values()
              .getFirst()
              .orElseThrow()
              .isNear(vector.values()[at], vector.histograms()[at])) {
        return "as a range: got " + show(vector);
      }
    }
    return "";
  }

  private static @Nullable NativeHistogram histogram(SampleBuffer samples, int i) {
    @Nullable NativeHistogram[] histograms = samples.histograms();
    return histograms == null ? null : histograms[i];
  }

  private static String show(QueryValue value) {
    StringBuilder text = new StringBuilder();
    switch (value) {
      case QueryValue.Text(_, String string) -> text.append('"').append(string).append('"');
      case QueryValue.Scalar(_, double number) -> text.append(number);
      case QueryValue.Vector vector -> {
        for (int i = 0; i < vector.series().size(); i++) {
          text.append("\n    ").append(vector.series().get(i)).append(' ');
          text.append(Point.show(vector.values()[i], vector.histograms()[i]));
        }
      }
      case QueryValue.Matrix matrix -> {
        for (int i = 0; i < matrix.series().size(); i++) {
          text.append("\n    ").append(matrix.series().get(i));
          SampleBuffer samples = matrix.samples().get(i);
          for (int j = 0; j < Math.min(samples.size, 30); j++) {
            text.append(' ').append(Point.show(samples.values[j], histogram(samples, j)));
            text.append('@').append(samples.timestampsMillis[j]);
          }
        }
      }
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
