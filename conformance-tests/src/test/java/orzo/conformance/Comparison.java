package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.QueryAnswer.Series;

/** Compares the answers of two servers number by number. */
final class Comparison {
  /** How far two values may differ, as a share of the expected one. */
  private static final double TOLERANCE = 1e-9;

  private Comparison() {}

  /**
   * Fails with all differences unless type, label sets, times and values agree.
   *
   * @param ordered whether the order of the series counts
   */
  static void assertAgree(
      String question, QueryAnswer found, QueryAnswer expected, boolean ordered) {
    assertThat(found.type()).as(question).isEqualTo(expected.type());
    assertThat(found.text()).as(question).isEqualTo(expected.text());
    List<Series> left = ordered ? found.series() : sorted(found);
    List<Series> right = ordered ? expected.series() : sorted(expected);
    assertThat(left.stream().map(Series::labels))
        .as("label sets of %s", question)
        .containsExactlyElementsOf(right.stream().map(Series::labels).toList());
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      compare(left.get(i), right.get(i), differences);
    }
    assertThat(differences).as(question).isEmpty();
  }

  private static List<Series> sorted(QueryAnswer answer) {
    return answer.series().stream()
        .sorted(Comparator.comparing(series -> series.labels().toString()))
        .toList();
  }

  private static void compare(Series found, Series expected, List<String> differences) {
    List<Long> foundTimes = found.points().stream().map(Point::timestampMillis).toList();
    List<Long> expectedTimes = expected.points().stream().map(Point::timestampMillis).toList();
    if (!foundTimes.equals(expectedTimes)) {
      differences.add(
          found.labels() + " has points at " + foundTimes + " (expected: " + expectedTimes + ")");
      return;
    }
    for (int i = 0; i < expectedTimes.size(); i++) {
      double value = found.points().get(i).value();
      double wanted = expected.points().get(i).value();
      if (!agree(value, wanted)) {
        differences.add(
            found.labels()
                + " at "
                + foundTimes.get(i)
                + ": "
                + value
                + " (expected: "
                + wanted
                + ")");
      }
    }
  }

  /** Whether two values are the same up to rounding; not-a-number and infinities only as such. */
  static boolean agree(double found, double expected) {
    return Double.compare(found, expected) == 0
        || found == expected
        || Math.abs(found - expected) <= TOLERANCE * Math.abs(expected)
            && !Double.isInfinite(expected);
  }
}
