package orzo.conformance.prometheus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares answers. */
public final class Answers {
  private Answers() {}

  /**
   * The greatest difference of two values, relative to the first.
   *
   * @throws IllegalStateException when series or times differ
   */
  public static double difference(QueryAnswer expected, QueryAnswer found) {
    Map<Map<String, String>, List<QueryAnswer.Point>> points = new HashMap<>();
    found.series().forEach(series -> points.put(series.labels(), series.points()));
    if (points.size() != expected.series().size()) {
      throw new IllegalStateException(
          points.size() + " series (expected: " + expected.series().size() + ")");
    }
    double greatest = 0;
    for (QueryAnswer.Series series : expected.series()) {
      List<QueryAnswer.Point> others = points.getOrDefault(series.labels(), List.of());
      if (others.size() != series.points().size()) {
        throw new IllegalStateException(
            others.size()
                + " points of "
                + series.labels()
                + " (expected: "
                + series.points().size()
                + ")");
      }
      for (int i = 0; i < others.size(); i++) {
        QueryAnswer.Point point = series.points().get(i);
        QueryAnswer.Point other = others.get(i);
        if (point.timestampMillis() != other.timestampMillis()) {
          throw new IllegalStateException(
              "a point at "
                  + other.timestampMillis()
                  + " of "
                  + series.labels()
                  + " (expected: "
                  + point.timestampMillis()
                  + ")");
        }
        if (point.value() != other.value()) {
          greatest =
              Math.max(greatest, Math.abs(point.value() - other.value()) / Math.abs(point.value()));
        }
      }
    }
    return greatest;
  }
}
