package orzo.query;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What bounds one query, and how it is answered.
 *
 * @param timeout how long evaluation may take
 * @param lookback how far back an instant selector looks for a sample
 * @param maxSamples how many samples may be read or held
 * @param cancelled asked now and then; true ends the query
 * @param resolution how coarse the data may be
 * @param explain whether the result has an {@link Explanation}
 * @param statistics whether the result has {@link QueryStatistics}
 * @param maxSeries how many series all selectors together may select
 * @param maxBytes what may be held in memory
 */
public record QueryOptions(
    Duration timeout,
    Duration lookback,
    long maxSamples,
    BooleanSupplier cancelled,
    SourceResolution resolution,
    boolean explain,
    boolean statistics,
    long maxSeries,
    long maxBytes) {
  /** Prometheus's defaults: two minutes, five minutes, fifty million samples. */
  public static final QueryOptions DEFAULT =
      new QueryOptions(Duration.ofMinutes(2), Duration.ofMinutes(5), 50_000_000, () -> false);

  /** Bounds, and everything else as it is by default. */
  public QueryOptions(
      Duration timeout, Duration lookback, long maxSamples, BooleanSupplier cancelled) {
    this(timeout, lookback, maxSamples, cancelled, SourceResolution.AUTOMATIC, false, false);
  }

  /** Without bounds of series and bytes. */
  public QueryOptions(
      Duration timeout,
      Duration lookback,
      long maxSamples,
      BooleanSupplier cancelled,
      SourceResolution resolution,
      boolean explain,
      boolean statistics) {
    this(
        timeout,
        lookback,
        maxSamples,
        cancelled,
        resolution,
        explain,
        statistics,
        Long.MAX_VALUE,
        Long.MAX_VALUE);
  }

  /** The same with other bounds of series and bytes. */
  public QueryOptions withBounds(long series, long bytes) {
    return new QueryOptions(
        timeout, lookback, maxSamples, cancelled, resolution, explain, statistics, series, bytes);
  }

  /** The same with another resolution. */
  public QueryOptions withResolution(SourceResolution other) {
    return new QueryOptions(
        timeout, lookback, maxSamples, cancelled, other, explain, statistics, maxSeries, maxBytes);
  }

  /** The same with or without an explanation. */
  public QueryOptions withExplain(boolean wanted) {
    return new QueryOptions(
        timeout,
        lookback,
        maxSamples,
        cancelled,
        resolution,
        wanted,
        statistics,
        maxSeries,
        maxBytes);
  }

  /** The same with or without statistics. */
  public QueryOptions withStatistics(boolean wanted) {
    return new QueryOptions(
        timeout, lookback, maxSamples, cancelled, resolution, explain, wanted, maxSeries, maxBytes);
  }
}
