package orzo.fold;

/**
 * A column that rows of aggregates may have, percentiles aside. All parts but {@link #BORDER}
 * describe the interior of a window, that is the samples after its start and before its end.
 *
 * <p>Differences are those between consecutive samples of the interior. {@code NaN} counts as a
 * sample as in PromQL: sums become {@code NaN}, least and greatest ignore it unless there is
 * nothing else. Staleness markers are no samples.
 *
 * <p>The order is that of columns in splits: a column may be told relative to one before it.
 */
public enum Part {
  /** How many samples there are; in every schema. */
  COUNT,
  /** When the first sample was, milliseconds after the window's start. */
  FIRST_TIME,
  /** When the last sample was, milliseconds after the window's start. */
  LAST_TIME,
  /** The value at the very start of the window, where there is one; in every schema. */
  BORDER,
  /** The last value. */
  LAST,
  /** The first value. */
  FIRST,
  /** The least value. */
  MIN,
  /** The greatest value. */
  MAX,
  /** The sum, compensated for rounding. */
  SUM,
  /** The sum of the squared distances from the mean. */
  SECOND_MOMENT,
  /** The sum of the values after each of which the next one is less: a counter's resets. */
  DROPS,
  /** The sum of the differences. */
  DIFFERENCE_SUM,
  /** The least difference. */
  DIFFERENCE_MIN,
  /** The greatest difference. */
  DIFFERENCE_MAX,
  /** The first difference. */
  DIFFERENCE_FIRST,
  /** The last difference. */
  DIFFERENCE_LAST,
  /** The sum of the squared distances of the differences from their mean. */
  DIFFERENCE_SECOND_MOMENT;

  private static final Part[] ALL = values();

  /** Whether the column holds integers; otherwise doubles. */
  public boolean isInteger() {
    return this == COUNT || this == FIRST_TIME || this == LAST_TIME;
  }

  static Part of(int ordinal) {
    return ALL[ordinal];
  }

  static int number() {
    return ALL.length;
  }

  int bit() {
    return 1 << ordinal();
  }
}
