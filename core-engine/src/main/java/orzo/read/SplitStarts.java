package orzo.read;

import java.util.Locale;
import orzo.fold.AggregateSplit;
import orzo.split.RawSplit;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Which splits a range of time touches. */
final class SplitStarts {
  /** The most splits that one scan may ask for. */
  private static final long MAX_SPLITS = 20_000_000;

  /** Far enough for any clock, and near enough that arithmetic on it does not overflow. */
  private static final long MAX_TIME_MILLIS = Long.MAX_VALUE / 4;

  private SplitStarts() {}

  /** A time brought into bounds. */
  static long clamp(long millis) {
    return Math.clamp(millis, -MAX_TIME_MILLIS, MAX_TIME_MILLIS);
  }

  /**
   * The starts of the raw splits that {@code [fromMillis, toMillis]} touches.
   *
   * @throws GatewayException {@link Kind#LIMIT} when they are too many for so many series
   */
  static long[] ofRaw(long fromMillis, long toMillis, int series) {
    return starts(
        RawSplit.startOf(fromMillis), RawSplit.startOf(toMillis), RawSplit.SPAN_MILLIS, series);
  }

  /**
   * The starts of the aggregate splits that {@code [fromMillis, toMillis]} touches.
   *
   * @throws GatewayException {@link Kind#LIMIT} when they are too many for so many series
   */
  static long[] ofWindows(long granularity, long fromMillis, long toMillis, int series) {
    return starts(
        AggregateSplit.startOf(granularity, fromMillis),
        AggregateSplit.startOf(granularity, toMillis),
        AggregateSplit.spanMillis(granularity),
        series);
  }

  private static long[] starts(long first, long last, long span, int series) {
    double needed = (double) ((last - first) / span + 1) * series;
    if (needed > MAX_SPLITS) {
      throw new GatewayException(
          Kind.LIMIT,
          String.format(
              Locale.ROOT,
              "query reads %,.0f splits of %,d series (limit: %,d); select fewer series or a"
                  + " shorter range",
              needed,
              series,
              MAX_SPLITS));
    }
    long[] starts = new long[(int) ((last - first) / span) + 1];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = first + i * span;
    }
    return starts;
  }
}
