package orzo.query;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What bounds one query.
 *
 * @param timeout how long evaluation may take
 * @param lookback how far back an instant selector looks for a sample
 * @param maxSamples how many samples may be read or held
 * @param cancelled asked now and then; true ends the query
 */
public record QueryOptions(
    Duration timeout, Duration lookback, long maxSamples, BooleanSupplier cancelled) {
  /** Prometheus's defaults: two minutes, five minutes, fifty million samples. */
  public static final QueryOptions DEFAULT =
      new QueryOptions(Duration.ofMinutes(2), Duration.ofMinutes(5), 50_000_000, () -> false);
}
