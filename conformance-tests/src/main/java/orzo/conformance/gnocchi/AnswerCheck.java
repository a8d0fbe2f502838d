package orzo.conformance.gnocchi;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import orzo.conformance.prometheus.Json;

/** Compares what a server answers with what the measures say, and remembers if it is wrong. */
final class AnswerCheck {
  private static final double TOLERANCE = 1e-9;

  private final PrintStream out;
  private boolean right = true;
  private long compared;

  /** Creates one that prints what is wrong. */
  AnswerCheck(PrintStream out) {
    this.out = out;
  }

  /** Whether all was right so far. */
  boolean isRight() {
    return right;
  }

  /** How many values were compared. */
  long compared() {
    return compared;
  }

  static Json parse(byte[] answer) {
    return Json.parse(new String(answer, StandardCharsets.UTF_8));
  }

  /**
   * Compares a list of measures.
   *
   * @param what names it where it is wrong
   * @param expected window by window from {@code start} on; NaN for those that are not to be there
   */
  void compare(String what, Json measures, Instant start, Duration granularity, double[] expected) {
    List<Json> found = measures.list();
    int next = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Double.isNaN(expected[i])) {
        continue;
      }
      Instant time = start.plus(granularity.multipliedBy(i));
      if (next == found.size()) {
        wrong(what + ": nothing at " + time + " (expected: " + expected[i] + ")");
        return;
      }
      List<Json> row = found.get(next++).list();
      double value = row.get(2).number();
      boolean same =
          OffsetDateTime.parse(row.get(0).text()).toInstant().equals(time)
              && row.get(1).number() == granularity.toSeconds()
              && Math.abs(value - expected[i]) <= TOLERANCE * Math.max(1, Math.abs(expected[i]));
      if (!same) {
        wrong(what + ": " + row + " (expected: " + time + ", " + expected[i] + ")");
        return;
      }
      compared++;
    }
    if (next < found.size()) {
      wrong(what + ": " + found.get(next) + " behind the last one");
    }
  }

  private void wrong(String text) {
    right = false;
    out.println("WRONG: " + text);
  }
}
