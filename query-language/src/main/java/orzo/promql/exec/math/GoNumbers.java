package orzo.promql.exec.math;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Numbers as text, as Go writes and reads them. */
public final class GoNumbers {
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:inf|infinity|nan"
              + "|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[+-]?[0-9]+)?"
              + "|0x(?:[0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+)p[+-]?[0-9]+)",
          Pattern.CASE_INSENSITIVE);

  private GoNumbers() {}

  /** The number that {@code strconv.ParseFloat} reads, or nothing. */
  public static OptionalDouble parse(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    boolean negative = text.charAt(0) == '-';
    char first = text.charAt(negative || text.charAt(0) == '+' ? 1 : 0);
    if (first == 'i' || first == 'I') {
      return OptionalDouble.of(negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    } else if (first == 'n' || first == 'N') {
      return OptionalDouble.of(Double.NaN);
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Without exponent and with as few digits as tell the number from its neighbours. */
  public static String plain(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return notFinite(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** As {@code %g}: few digits, and an exponent for very small and large numbers. */
  public static String general(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return notFinite(value);
    }
    if (value == 0) {
      return plain(value);
    }
    return general(new BigDecimal(Double.toString(value)).stripTrailingZeros(), 6);
  }

  /** As {@code %.2g}: two digits. */
  public static String twoDigits(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return general(value);
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(2, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    return general(rounded, 2);
  }

  private static String general(BigDecimal value, int largestExponent) {
    String digits = value.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - value.scale();
    if (exponent >= -4 && exponent < largestExponent) {
      return value.toPlainString();
    }
    return (value.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static String notFinite(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }
}
