package orzo.conformance.prometheus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of a query, in the order the server gave it. A scalar or string is one series without
 * labels.
 *
 * @param type {@code vector}, {@code matrix}, {@code scalar} or {@code string}
 * @param series the result's series
 * @param text the value of a string, else empty
 */
public record QueryAnswer(String type, List<Series> series, String text) {
  /**
   * One series of a result.
   *
   * @param labels all of them, with {@code __name__}
   * @param points in order of time
   */
  public record Series(Map<String, String> labels, List<Point> points) {
    /** The value of a series that has one point. */
    public double value() {
      if (points.size() != 1) {
        throw new IllegalStateException(points.size() + " points (expected: 1) in " + labels);
      }
      return points.getFirst().value();
    }
  }

  /** A value at a time. */
  public record Point(long timestampMillis, double value) {}

  /** Reads the member {@code data} of an answer. */
  public static QueryAnswer of(Json data) {
    String type = data.get("resultType").text();
    Json result = data.get("result");
    return switch (type) {
      case "scalar" ->
          new QueryAnswer(type, List.of(new Series(Map.of(), List.of(point(result)))), "");
      case "string" -> new QueryAnswer(type, List.of(), result.list().get(1).text());
      case "vector", "matrix" -> {
        List<Series> series = new ArrayList<>();
        for (Json item : result.list()) {
          List<Point> points =
              type.equals("vector")
                  ? List.of(point(item.get("value")))
                  : item.get("values").list().stream().map(QueryAnswer::point).toList();
          series.add(new Series(item.get("metric").textMembers(), points));
        }
        yield new QueryAnswer(type, series, "");
      }
      default -> throw new IllegalArgumentException("resultType '" + type + "'");
    };
  }

  private static Point point(Json pair) {
    List<Json> items = pair.list();
    return new Point(Math.round(items.get(0).number() * 1000), value(items.get(1).text()));
  }

  /** Reads a sample value as the API writes it. */
  static double value(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }
}
