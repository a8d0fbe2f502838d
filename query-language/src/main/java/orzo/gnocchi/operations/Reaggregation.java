package orzo.gnocchi.operations;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How values at one time, or of a rolling window, become one. NaN is a value that is missing.
 *
 * @param function what is computed
 * @param percentile which one, 1 to 99; 0 unless the function is {@link Function#PERCENTILE}
 * @param rate whether the answer is the difference between each result and the one before
 */
public record Reaggregation(Function function, int percentile, boolean rate) {
  private static final String RATE_PREFIX = "rate:";
  private static final Pattern PERCENTILE_NAME = Pattern.compile("([1-9][0-9]?)pct");

  /** What is computed of the values that are there. */
  public enum Function {
    /** Sum divided by count. */
    MEAN,
    /** The middle value, or the mean of the two in the middle. */
    MEDIAN,
    /** The standard deviation of a population, with n. */
    STD,
    /** The least value. */
    MIN,
    /** The greatest value. */
    MAX,
    /** The sum, zero of no values. */
    SUM,
    /** The variance of a population, with n. */
    VAR,
    /** How many there are. */
    COUNT,
    /** A percentile, interpolated linearly between the two nearest ranks. Gnocchi lacks it. */
    PERCENTILE
  }

  /** Checks the percentile. */
  public Reaggregation {
    boolean allowed =
        function == Function.PERCENTILE ? percentile > 0 && percentile < 100 : percentile == 0;
    if (!allowed) {
      throw new IllegalArgumentException(
          "percentile: " + percentile + " (expected: 1..99, or 0 for another function)");
    }
  }

  /** A function that is no percentile, without rate. */
  public static Reaggregation of(Function function) {
    return new Reaggregation(function, 0, false);
  }

  /** The one of that name, if there is. */
  public static Optional<Reaggregation> parse(String name) {
    boolean rate = name.startsWith(RATE_PREFIX);
    String bare = rate ? name.substring(RATE_PREFIX.length()) : name;
    Matcher percentile = PERCENTILE_NAME.matcher(bare);
    if (percentile.matches()) {
      return Optional.of(
          new Reaggregation(Function.PERCENTILE, Integer.parseInt(percentile.group(1)), rate));
    }
    for (Function function : Function.values()) {
      if (function != Function.PERCENTILE && lowerCase(function).equals(bare)) {
        return Optional.of(new Reaggregation(function, 0, rate));
      }
    }
    return Optional.empty();
  }

  /** Its name, as {@link #parse} takes it. */
  public String name() {
    String bare = function == Function.PERCENTILE ? percentile + "pct" : lowerCase(function);
    return rate ? RATE_PREFIX + bare : bare;
  }

  private static String lowerCase(Function function) {
    return function.name().toLowerCase(Locale.ROOT);
  }
}
