package orzo.http.prometheus;

import java.time.Duration;

/**
 * What bounds queries as a whole and each of them.
 *
 * @param timeout how long a query may take, time in the queue included; a request may ask for less
 * @param lookback how far back an instant selector looks unless the request says so
 * @param maxSamples how many samples a query may read or hold
 * @param maxSeries how many series a query may select
 * @param maxBytes what a query may hold in memory
 * @param maxConcurrent how many requests are worked on at once
 * @param maxWaiting how many more may wait
 * @param maxWait how long one may wait
 */
public record QueryLimits(
    Duration timeout,
    Duration lookback,
    long maxSamples,
    long maxSeries,
    long maxBytes,
    int maxConcurrent,
    int maxWaiting,
    Duration maxWait) {
  /** Prometheus's defaults; it has no bound on series, bytes and those that wait. */
  public static final QueryLimits DEFAULT =
      new QueryLimits(
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          50_000_000,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          20,
          500,
          Duration.ofSeconds(15));

  /** Checks that each bound lets something through. */
  public QueryLimits {
    if (!timeout.isPositive()
        || !lookback.isPositive()
        || maxSamples < 1
        || maxSeries < 1
        || maxBytes < 1
        || maxConcurrent < 1) {
      throw new IllegalArgumentException(
          ("query limits: timeout %s, lookback %s, samples %d, series %d, bytes %d, concurrent %d"
                  + " (expected: positive)")
              .formatted(timeout, lookback, maxSamples, maxSeries, maxBytes, maxConcurrent));
    }
    if (maxWaiting < 0 || maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "query limits: waiting %d, wait %s (expected: not negative)"
              .formatted(maxWaiting, maxWait));
    }
  }
}
