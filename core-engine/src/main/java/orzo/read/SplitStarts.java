package orzo.read;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;
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

  /** The same without splits in spans that never had any. */
  static long[] ofRaw(long fromMillis, long toMillis, long[] writtenSpans, int series) {
    long[] starts =
        Arrays.stream(writtenSpans)
            .filter(span -> span <= toMillis && span + RawSplit.SPAN_MILLIS > fromMillis)
            .toArray();
    check((double) starts.length * series, series);
    return starts;
  }

  /** The same without splits outside of spans that had any raw split. */
  static long[] ofWindows(
      long granularity, long fromMillis, long toMillis, long[] writtenSpans, int series) {
    long length = AggregateSplit.spanMillis(granularity);
    LongStream.Builder starts = LongStream.builder();
    double needed = 0;
    long next = Long.MIN_VALUE;
    for (long span : writtenSpans) {
      long from = Math.max(fromMillis, span);
      long last = Math.min(toMillis, span + RawSplit.SPAN_MILLIS - 1);
      if (from > last) {
        continue;
      }
      long first = Math.max(next, AggregateSplit.startOf(granularity, from));
      needed += Math.max(0, last - first) / (double) length;
      check(needed * series, series);
      for (long start = first; start <= last; start += length) {
        starts.add(start);
        next = start + length;
      }
    }
    return starts.build().toArray();
  }

  private static long[] starts(long first, long last, long span, int series) {
    check((double) ((last - first) / span + 1) * series, series);
    long[] starts = new long[(int) ((last - first) / span) + 1];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = first + i * span;
    }
    return starts;
  }

  private static void check(double needed, int series) {
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
  }
}
