package orzo.http.prometheus;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.http.FormParameters;
import orzo.query.SourceResolution;

/**
 * Times, durations and limits as Prometheus reads them from request parameters. Numbers follow Go's
 * {@code strconv}, times RFC 3339 with any number of decimals.
 */
final class ParameterValues {
  /** The start of everything: what Prometheus takes for a start that was not given. */
  static final Instant MIN_TIME = Instant.ofEpochSecond(Long.MIN_VALUE / 1000 + 62_135_596_801L);

  /** The end of everything: what Prometheus takes for an end that was not given. */
  static final Instant MAX_TIME =
      Instant.ofEpochSecond(Long.MAX_VALUE / 1000 - 62_135_596_801L, 999_999_999);

  // The two as clients send them back; years of more than four digits are otherwise refused.
  private static final String MIN_TIME_TEXT = "-292273086-05-16T16:47:06Z";
  private static final String MAX_TIME_TEXT = "292277025-08-18T07:12:54.999999999Z";

  private static final int MAX_QUERY_LENGTH = 1 << 20;

  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:"
              + "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
              + "|0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)");

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
              + "(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))");

  private static final Pattern DURATION =
      Pattern.compile(
          "(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?"
              + "(?:([0-9]+)s)?(?:([0-9]+)ms)?");

  private static final long[] UNIT_MILLIS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1
  };

  // What has milliseconds since the epoch that fit a long.
  private static final double MAX_SECONDS = 9.2e15;

  private static final BigInteger MAX_NANOS = BigInteger.valueOf(Long.MAX_VALUE);

  private ParameterValues() {}

  /** The {@code query} parameter, whose length is bounded because parsing takes many times it. */
  static String query(FormParameters parameters) {
    String query = parameters.first("query");
    if (query.length() > MAX_QUERY_LENGTH) {
      throw ApiException.invalidParameter("query", tooLong(query));
    }
    return query;
  }

  /** The {@code match[]} parameters. */
  static List<String> selectors(FormParameters parameters) {
    List<String> selectors = parameters.all("match[]");
    for (String selector : selectors) {
      if (selector.length() > MAX_QUERY_LENGTH) {
        throw ApiException.invalidParameter("match[]", tooLong(selector));
      }
    }
    return selectors;
  }

  private static String tooLong(String text) {
    return text.length() + " characters (expected: at most " + MAX_QUERY_LENGTH + ")";
  }

  /** A time that must be given. */
  static Instant time(FormParameters parameters, String name) {
    String text = parameters.first(name);
    Instant time = time(text);
    if (time.equals(Instant.MAX)) {
      throw ApiException.invalidParameter(name, badTime(text));
    }
    return time;
  }

  /** A time that may be given. */
  static Instant time(FormParameters parameters, String name, Instant whenAbsent) {
    String text = parameters.first(name);
    if (text.isEmpty()) {
      return whenAbsent;
    }
    Instant time = time(text);
    if (time.equals(Instant.MAX)) {
      throw ApiException.invalidParameter(
          name, "invalid time value for '" + name + "': " + badTime(text));
    }
    return time;
  }

  private static String badTime(String text) {
    return "cannot parse " + GoQuote.quote(text) + " to a valid timestamp";
  }

  /** The time, or {@link Instant#MAX} for text that is none. */
  private static Instant time(String text) {
    double seconds = number(text);
    if (!Double.isNaN(seconds)) {
      return ofSeconds(seconds);
    }
    Matcher matcher = RFC_3339.matcher(text);
    if (matcher.matches()) {
      return ofCalendar(matcher);
    }
    return switch (text) {
      case MIN_TIME_TEXT -> MIN_TIME;
      case MAX_TIME_TEXT -> MAX_TIME;
      default -> Instant.MAX;
    };
  }

  /** Rounds to milliseconds step by step as Prometheus does, whose last step drops a fraction. */
  private static Instant ofSeconds(double seconds) {
    if (Math.abs(seconds) > MAX_SECONDS) {
      return Instant.MAX;
    }
    long whole = (long) seconds;
    double fraction = seconds - whole;
    double rounded = Math.copySign(Math.floor(Math.abs(fraction) * 1000 + 0.5), fraction) / 1000;
    return Instant.ofEpochSecond(whole, (long) (rounded * 1e9));
  }

  private static Instant ofCalendar(Matcher matcher) {
    try {
      String decimals = matcher.group(7) == null ? "" : matcher.group(7);
      int nanos = Integer.parseInt((decimals + "000000000").substring(0, 9));
      LocalDateTime local =
          LocalDateTime.of(
              Integer.parseInt(matcher.group(1)),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3)),
              Integer.parseInt(matcher.group(4)),
              Integer.parseInt(matcher.group(5)),
              Integer.parseInt(matcher.group(6)),
              nanos);
      long offsetMinutes = 0;
      if (matcher.group(8) != null) {
        int hours = Integer.parseInt(matcher.group(9));
        int minutes = Integer.parseInt(matcher.group(10));
        if (hours > 24 || minutes > 60) {
          return Instant.MAX;
        }
        offsetMinutes = (hours * 60L + minutes) * (matcher.group(8).equals("-") ? -1 : 1);
      }
      return local.toInstant(ZoneOffset.UTC).minusSeconds(offsetMinutes * 60);
    } catch (DateTimeException e) {
      return Instant.MAX; // such as a 30th of February
    }
  }

  /**
   * A duration in nanoseconds: a number of seconds, or units as in PromQL.
   *
   * @throws IllegalArgumentException with the reason that the asker sees
   */
  static long durationNanos(String text) {
    double seconds = number(text);
    if (!Double.isNaN(seconds)) {
      double nanos = seconds * 1e9;
      if (Math.abs(nanos) > 0x1p63) {
        throw new IllegalArgumentException(
            "cannot parse " + GoQuote.quote(text) + " to a valid duration. It overflows int64");
      }
      return (long) nanos;
    }
    Matcher matcher = DURATION.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw badDuration(text);
    }
    BigInteger nanos = BigInteger.ZERO;
    for (int i = 0; i < UNIT_MILLIS.length; i++) {
      String count = matcher.group(i + 1);
      if (count != null) {
        BigInteger unitNanos = BigInteger.valueOf(UNIT_MILLIS[i] * 1_000_000);
        nanos = nanos.add(new BigInteger(count).multiply(unitNanos));
      }
    }
    if (nanos.compareTo(MAX_NANOS) > 0) {
      throw badDuration(text);
    }
    return nanos.longValue();
  }

  private static IllegalArgumentException badDuration(String text) {
    return new IllegalArgumentException(
        "cannot parse " + GoQuote.quote(text) + " to a valid duration");
  }

  /** A duration parameter in nanoseconds. */
  static long durationNanos(FormParameters parameters, String name) {
    try {
      return durationNanos(parameters.first(name));
    } catch (IllegalArgumentException e) {
      throw ApiException.invalidParameter(name, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The {@code max_source_resolution} parameter, which Thanos has: a duration, or {@code auto}, a
   * fifth of the step.
   *
   * @param stepMillis empty for an instant query, for which {@code auto} is as good as nothing
   */
  static SourceResolution maxSourceResolution(FormParameters parameters, OptionalLong stepMillis) {
    String name = "max_source_resolution";
    String text = parameters.first(name);
    if (text.isEmpty() || text.equals("auto") && stepMillis.isEmpty()) {
      return SourceResolution.AUTOMATIC;
    } else if (text.equals("auto")) {
      return new SourceResolution.AtMost(stepMillis.getAsLong() / 5);
    }
    long nanos = durationNanos(parameters, name);
    if (nanos < 0) {
      throw ApiException.invalidParameter(
          name, "negative resolutions are not accepted. Try zero, a positive duration, or auto");
    }
    return new SourceResolution.AtMost(nanos / 1_000_000);
  }

  /** A parameter that is {@code true} or {@code false}, or {@code 1} or {@code 0}. */
  static boolean flag(FormParameters parameters, String name) {
    String text = parameters.first(name);
    return switch (text) {
      case "true", "1" -> true;
      case "", "false", "0" -> false;
      default ->
          throw ApiException.invalidParameter(
              name, "cannot parse " + GoQuote.quote(text) + " to a boolean");
    };
  }

  /** The {@code limit} parameter, 0 for none; a larger one than an int is as good as none. */
  static int limit(FormParameters parameters) {
    String text = parameters.first("limit");
    if (text.isEmpty()) {
      return 0;
    }
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (!isDigits(unsigned)) {
      throw ApiException.invalidParameter(
          "limit", "strconv.Atoi: parsing " + GoQuote.quote(text) + ": invalid syntax");
    }
    BigInteger limit = new BigInteger(text);
    if (limit.bitLength() >= Long.SIZE) {
      throw ApiException.invalidParameter(
          "limit", "strconv.Atoi: parsing " + GoQuote.quote(text) + ": value out of range");
    }
    if (limit.signum() < 0) {
      throw ApiException.invalidParameter("limit", "limit must be non-negative");
    }
    return limit.bitLength() >= Integer.SIZE ? 0 : limit.intValue();
  }

  /** A count for which any integer is legal, -1 when it was not given. */
  static long count(FormParameters parameters, String name) {
    String text = parameters.first(name);
    if (text.isEmpty()) {
      return -1;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ApiException(ApiException.Type.BAD_DATA, name + " must be a number");
    }
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The number, NaN for text that is none, for NaN itself and for what no double can hold. */
  private static double number(String text) {
    if (NUMBER.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      return Double.isInfinite(number) ? Double.NaN : number;
    }
    return Double.NaN;
  }
}
