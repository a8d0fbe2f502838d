package orzo.promql.script;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations of scripts, in milliseconds. */
final class Durations {
  private static final Pattern PART = Pattern.compile("([0-9.]+)(ms|s|m|h|d|w|y)");
  private static final Pattern TIMES = Pattern.compile("from (\\S+) to (\\S+) step (\\S+)");

  private Durations() {}

  static long millis(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative ? text.substring(1) : text;
    long sum = 0;
    if (rest.matches("[0-9.]+")) {
      sum = Math.round(Double.parseDouble(rest) * 1000);
    } else {
      Matcher part = PART.matcher(rest);
      while (part.find()) {
        sum += Math.round(Double.parseDouble(part.group(1)) * unitMillis(part.group(2)));
      }
    }
    return negative ? -sum : sum;
  }

  /** Start, end and step of {@code from A to B step C}. */
  static long[] times(String text) {
    Matcher times = TIMES.matcher(text);
    if (!times.find()) {
      throw new IllegalArgumentException("'" + text + "' (expected: from A to B step C)");
    }
    return new long[] {millis(times.group(1)), millis(times.group(2)), millis(times.group(3))};
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      case "w" -> 7 * 86_400_000L;
      case "y" -> 365 * 86_400_000L;
      default -> throw new IllegalArgumentException("unit " + unit);
    };
  }
}
