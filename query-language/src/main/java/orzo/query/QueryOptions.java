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
 */
public record QueryOptions(
    Duration timeout,
    Duration lookback,
    long maxSamples,
    BooleanSupplier cancelled,
    SourceResolution resolution,
    boolean explain,
    boolean statistics) {
  /** Prometheus's defaults: two minutes, five minutes, fifty million samples. */
  public static final QueryOptions DEFAULT =
      new QueryOptions(Duration.ofMinutes(2), Duration.ofMinutes(5), 50_000_000, () -> false);

  /** Bounds, and everything else as it is by default. */
  public QueryOptions(
      Duration timeout, Duration lookback, long maxSamples, BooleanSupplier cancelled) {
    this(timeout, lookback, maxSamples, cancelled, SourceResolution.AUTOMATIC, false, false);
  }

  /** The same with another resolution. */
  public QueryOptions withResolution(SourceResolution other) {
    return new QueryOptions(timeout, lookback, maxSamples, cancelled, other, explain, statistics);
  }

  /** The same with or without an explanation. */
  public QueryOptions withExplain(boolean wanted) {
    return new QueryOptions(
        timeout, lookback, maxSamples, cancelled, resolution, wanted, statistics);
  }

  /** The same with or without statistics. */
  public QueryOptions withStatistics(boolean wanted) {
    return new QueryOptions(timeout, lookback, maxSamples, cancelled, resolution, explain, wanted);
  }
}
