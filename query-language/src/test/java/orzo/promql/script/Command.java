package orzo.promql.script;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A command of a script. */
sealed interface Command {
  /** Adds series whose values are {@code stepMillis} apart from time 0 on. */
  record Load(long stepMillis, List<SeriesLine> series, boolean asHistogramsToo)
      implements Command {}

  /** Forgets all series. */
  record Clear() implements Command {}

  /** Asks a query. */
  record Eval(
      int line,
      String query,
      boolean range,
      long startMillis,
      long endMillis,
      long stepMillis,
      List<Expectation> expectations,
      List<SeriesLine> expected)
      implements Command {
    /** Whether something of this kind is expected. */
    boolean expects(Expectation.Kind kind) {
      return expectations.stream().anyMatch(e -> e.kind() == kind);
    }

    /** The expected times of a range vector, when one is expected. */
    Optional<long[]> rangeVector() {
      return expectations.stream()
          .filter(e -> e.kind() == Expectation.Kind.RANGE_VECTOR)
          .map(e -> Durations.times(e.text()))
          .findFirst();
    }
  }

  /**
   * What an answer must be like besides its series.
   *
   * @param regex whether {@code text} is a regular expression
   * @param text the message, empty for any
   */
  record Expectation(Kind kind, boolean regex, String text) {
    /** What is expected. */
    enum Kind {
      FAIL,
      WARN,
      INFO,
      NO_WARN,
      NO_INFO,
      ORDERED,
      STRING,
      RANGE_VECTOR
    }

    boolean matches(String message) {
      return text.isEmpty()
          || (regex ? Pattern.compile(text).matcher(message).find() : message.equals(text));
    }
  }
}
