package orzo.http.gnocchi;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import orzo.http.FormParameters;
import orzo.read.AggregateReader;

/** What parameters of requests for measures say, in the words of Gnocchi where they are wrong. */
final class QueryArguments {
  private QueryArguments() {}

  /** The time of a parameter that may be missing. */
  static OptionalLong time(FormParameters parameters, String name, long nowMillis) {
    if (parameters.first(name).isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong time = Timestamps.parse(parameters.first(name), nowMillis);
    if (time.isEmpty()) {
      throw ApiError.argument("Argument value error", name, "Must be a datetime or a timestamp");
    }
    return time;
  }

  /** The start of a range; the beginning of all time if it is not given. */
  static long from(FormParameters parameters, long nowMillis) {
    return time(parameters, "start", nowMillis).orElse(AggregateReader.BEGINNING);
  }

  /** The end of a range, exclusive; the end of all time if it is not given. */
  static long end(FormParameters parameters, long nowMillis) {
    return time(parameters, "stop", nowMillis).orElse(AggregateReader.END);
  }

  /** The granularity, if it is given. */
  static Optional<Duration> granularity(FormParameters parameters) {
    if (!isThere(parameters, "granularity")) {
      return Optional.empty();
    }
    return Optional.of(granularity(parameters.first("granularity")));
  }

  /** The granularity that a text says. */
  static Duration granularity(String text) {
    Optional<Duration> granularity = Timespan.parse(text);
    if (granularity.isEmpty() || granularity.get().isZero() || granularity.get().isNegative()) {
      throw ApiError.argument("Argument value error", "granularity", timespanError(granularity));
    }
    return granularity.get();
  }

  /** What is wrong with a length of time that is none, or not more than nothing. */
  static String timespanError(Optional<Duration> timespan) {
    return timespan.isEmpty() ? "Unable to parse timespan" : "Timespan must be positive";
  }

  /** The first value of a parameter, or another text if it is not given. */
  static String text(FormParameters parameters, String name, String otherwise) {
    return isThere(parameters, name) ? parameters.first(name) : otherwise;
  }

  static boolean isThere(FormParameters parameters, String name) {
    return !parameters.all(name).isEmpty();
  }
}
