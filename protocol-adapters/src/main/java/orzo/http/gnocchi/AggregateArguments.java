package orzo.http.gnocchi;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import orzo.gnocchi.aggregates.Aggregates;
import orzo.gnocchi.aggregates.Fill;
import orzo.http.FormParameters;
import orzo.read.AggregateReader;

/**
 * What requests for aggregates of several metrics say in their parameters.
 *
 * @param from the start of the range, {@link AggregateReader#BEGINNING} if it is not given
 * @param end the end of the range, {@link AggregateReader#END} if it is not given
 * @param granularity the granularity; if it is not given, those that all metrics have
 * @param neededOverlap the share of times in percent at which all metrics must have measures
 * @param fill what stands where a metric has no measure
 */
record AggregateArguments(
    long from, long end, Optional<Duration> granularity, OptionalDouble neededOverlap, Fill fill) {
  /**
   * Reads the parameters.
   *
   * @param unsaid what to fill with where neither that nor the needed overlap is given
   */
  static AggregateArguments of(FormParameters parameters, long nowMillis, Fill unsaid) {
    OptionalDouble neededOverlap = neededOverlap(parameters);
    return new AggregateArguments(
        QueryArguments.from(parameters, nowMillis),
        QueryArguments.end(parameters, nowMillis),
        QueryArguments.granularity(parameters),
        neededOverlap,
        QueryArguments.isThere(parameters, "fill")
            ? fill(parameters.first("fill"))
            : neededOverlap.isPresent() ? Fill.OVERLAP : unsaid);
  }

  private static OptionalDouble neededOverlap(FormParameters parameters) {
    if (!QueryArguments.isThere(parameters, "needed_overlap")) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        Timestamps.number(parameters.first("needed_overlap"))
            .orElseThrow(() ->
                ApiError.argument("Argument value error", "needed_overlap", "Must be a number")));
  }

  private static Fill fill(String text) {
    Optional<Fill> named = Fill.named(text);
    if (named.isPresent()) {
      return named.get();
    }
    return Fill.with(
        switch (text.strip().toLowerCase(Locale.ROOT)) {
          case "nan", "+nan", "-nan" -> Double.NaN;
          case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
          case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
          default ->
              Timestamps.number(text)
                  .orElseThrow(() ->
                      ApiError.argument(
                          "Argument value error",
                          "fill",
                          "Must be a float, 'dropna', 'null', 'ffill', 'bfill',"
                              + " 'full_ffill' or 'full_bfill'"));
        });
  }

  /** The same for another range. */
  AggregateArguments between(long otherFrom, long otherEnd) {
    return new AggregateArguments(otherFrom, otherEnd, granularity, neededOverlap, fill);
  }

  /** What evaluation is told of them. */
  Aggregates.Limits limits() {
    return new Aggregates.Limits(
        fill, neededOverlap, from != AggregateReader.BEGINNING, end != AggregateReader.END);
  }
}
