package orzo.metric;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * How the samples of a window become one value: Gnocchi's methods, and {@code increase}.
 *
 * @param function what is computed
 * @param percentile which one, more than 0 and less than 100; 0 unless the function is {@link
 *     Function#PERCENTILE}
 * @param rate whether it is computed over the differences between consecutive samples, each of
 *     which belongs to the window of the later one
 */
public record AggregationMethod(Function function, int percentile, boolean rate) {
  private static final String RATE_PREFIX = "rate:";
  private static final Pattern PERCENTILE_NAME = Pattern.compile("([1-9][0-9]?)pct");
  private static final String EXPECTED =
      "expected: mean, sum, last, max, min, std, median, first, count, increase, or 1pct to 99pct,"
          + " each but increase also as rate:…";

  /** What is computed of the samples of a window. */
  public enum Function {
    /** Sum divided by count. */
    MEAN,
    /** The sum. */
    SUM,
    /** The latest value. */
    LAST,
    /** The greatest value. */
    MAX,
    /** The least value. */
    MIN,
    /** The standard deviation of a sample, with n - 1; nothing for fewer than two values. */
    STD,
    /** The middle value, or the mean of the two in the middle. */
    MEDIAN,
    /** The earliest value. */
    FIRST,
    /** How many values there are. */
    COUNT,
    /** A percentile, interpolated linearly between the two nearest ranks. */
    PERCENTILE,
    /**
     * By how much a counter grew up to the window's last sample, from the last sample before the
     * window, or the window's first where there is none. Where it fell, it began anew at zero.
     */
    INCREASE
  }

  /**
   * Creates a method.
   *
   * @throws IllegalArgumentException for a percentile out of bounds, or a rate of increase
   */
  public AggregationMethod {
    requireNonNull(function, "function");
    boolean allowed =
        function == Function.PERCENTILE ? percentile > 0 && percentile < 100 : percentile == 0;
    if (!allowed) {
      throw new IllegalArgumentException(
          "percentile: " + percentile + " (expected: 1..99, or 0 for another function)");
    }
    if (rate && function == Function.INCREASE) {
      throw new IllegalArgumentException("rate:increase (" + EXPECTED + ")");
    }
  }

  /** A method without rate that is no percentile. */
  public static AggregationMethod of(Function function) {
    return new AggregationMethod(function, 0, false);
  }

  /**
   * The method of that name.
   *
   * @throws GatewayException {@link Kind#MALFORMED} when there is none
   */
  public static AggregationMethod parse(String name) {
    boolean rate = name.startsWith(RATE_PREFIX);
    String bare = rate ? name.substring(RATE_PREFIX.length()) : name;
    var percentile = PERCENTILE_NAME.matcher(bare);
    if (percentile.matches()) {
      return new AggregationMethod(
          Function.PERCENTILE, Integer.parseInt(percentile.group(1)), rate);
    }
    for (Function function : Function.values()) {
      boolean named =
          function != Function.PERCENTILE
              && lowerCase(function).equals(bare)
              && !(rate && function == Function.INCREASE);
      if (named) {
        return new AggregationMethod(function, 0, rate);
      }
    }
    throw new GatewayException(
        Kind.MALFORMED, "aggregation method '" + name + "' (" + EXPECTED + ")");
  }

  /** All there are: each function, each percentile, and their rates. */
  public static List<AggregationMethod> all() {
    List<AggregationMethod> all = new ArrayList<>();
    for (boolean rate : new boolean[] {false, true}) {
      for (Function function : Function.values()) {
        if (function == Function.PERCENTILE) {
          for (int percentile = 1; percentile < 100; percentile++) {
            all.add(new AggregationMethod(function, percentile, rate));
          }
        } else if (!rate || function != Function.INCREASE) {
          all.add(new AggregationMethod(function, 0, rate));
        }
      }
    }
    return all;
  }

  /**
   * The methods that a list states in Gnocchi's way: names; {@code *} for all; {@code +name} and
   * {@code -name} for more and fewer than the default. The default counts only when every entry has
   * a sign, or there is none. Signs take effect in the order stated, after everything else.
   *
   * @param defaults what the default is
   * @return in the order stated, each once
   * @throws GatewayException {@link Kind#MALFORMED} for a name that is none
   */
  public static Set<AggregationMethod> select(
      List<String> stated, Collection<AggregationMethod> defaults) {
    Set<AggregationMethod> selected = new LinkedHashSet<>();
    if (stated.stream().allMatch(AggregationMethod::isSigned)) {
      selected.addAll(defaults);
    }
    for (String entry : stated) {
      if (entry.equals("*")) {
        selected.addAll(all());
      } else if (!isSigned(entry)) {
        selected.add(parse(entry));
      }
    }
    for (String entry : stated) {
      if (entry.startsWith("+")) {
        selected.add(parse(entry.substring(1)));
      } else if (entry.startsWith("-")) {
        selected.remove(parse(entry.substring(1)));
      }
    }
    return selected;
  }

  private static boolean isSigned(String entry) {
    return entry.startsWith("+") || entry.startsWith("-");
  }

  /** Its name, as {@link #parse} takes it. */
  public String name() {
    String bare = function == Function.PERCENTILE ? percentile + "pct" : lowerCase(function);
    return rate ? RATE_PREFIX + bare : bare;
  }

  private static String lowerCase(Function function) {
    return function.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return name();
  }
}
