package orzo.promql.syntax;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What Prometheus has behind a feature flag, and can be switched off here. */
public enum PromQlFeature {
  /** Functions and aggregations that Prometheus calls experimental. */
  EXPERIMENTAL_FUNCTIONS,
  /** Durations that are computed: {@code x[step() * 2]}. */
  DURATION_EXPRESSIONS,
  /** {@code anchored} and {@code smoothed}. */
  EXTENDED_RANGE_SELECTORS,
  /** {@code fill}, {@code fill_left} and {@code fill_right}. */
  FILL_MODIFIERS,
  /** Metric names are dropped from the answer, not by each function. */
  DELAYED_NAME_REMOVAL,
  /** Resets of counters that start timestamps tell of, and {@code start_timestamp()}. */
  START_TIMESTAMPS,
  /** Whether a series is a counter is told by its label {@code __type__}, not by its name. */
  TYPE_AND_UNIT_LABELS;

  /**
   * All but {@link #TYPE_AND_UNIT_LABELS}, which is for series that all have those labels: what
   * Prometheus's own scripts expect.
   */
  public static final Set<PromQlFeature> DEFAULT =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(TYPE_AND_UNIT_LABELS)));

  /** Its name in configuration, after {@code promql.}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Why something is refused that needs it. */
  String refusal(String what) {
    return what + " is switched off by promql." + key() + ": false";
  }
}
