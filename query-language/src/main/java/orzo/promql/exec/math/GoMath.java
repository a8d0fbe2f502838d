package orzo.promql.exec.math;

/** Functions whose edge cases differ between Go's {@code math} package and Java's. */
public final class GoMath {
  private static final double LN2 = 0.6931471805599453;
  private static final double LOG2_OF_E = 1.4426950408889634;
  private static final double LOG10_OF_2 = 0.3010299956639812;
  private static final double LARGE = 1L << 28;
  private static final double SMALL = 1.0 / (1L << 28);

  private GoMath() {}

  /** The power; unlike Java's, 1 to any power and -1 to an infinite one is 1. */
  public static double pow(double base, double exponent) {
    if (base == 1 || base == -1 && Double.isInfinite(exponent)) {
      return 1;
    }
    return Math.pow(base, exponent);
  }

  /** The larger one; an infinity wins against NaN. */
  public static double max(double a, double b) {
    if (a == Double.POSITIVE_INFINITY || b == Double.POSITIVE_INFINITY) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(a, b);
  }

  /** The smaller one; an infinity wins against NaN. */
  public static double min(double a, double b) {
    if (a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    return Math.min(a, b);
  }

  /** The binary logarithm, exact for powers of two. */
  public static double log2(double x) {
    if (!(x > 0) || x == Double.POSITIVE_INFINITY) {
      return Math.log(x);
    }
    double scaled = x;
    int exponent = 0;
    if (x < Double.MIN_NORMAL) {
      scaled = x * 0x1p54;
      exponent = -54;
    }
    exponent += Math.getExponent(scaled) + 1;
    double fraction = Math.scalb(scaled, -(Math.getExponent(scaled) + 1));
    return fraction == 0.5 ? exponent - 1 : Math.log(fraction) * LOG2_OF_E + exponent;
  }

  /** The decimal logarithm, by way of the binary one as Go has it. */
  public static double log10(double x) {
    return log2(x) * LOG10_OF_2;
  }

  /** The inverse hyperbolic sine. */
  public static double asinh(double x) {
    double size = Math.abs(x);
    double result;
    if (Double.isNaN(x) || Double.isInfinite(x) || size < SMALL) {
      return x;
    } else if (size > LARGE) {
      result = Math.log(size) + LN2;
    } else if (size > 2) {
      result = Math.log(2 * size + 1 / (Math.sqrt(size * size + 1) + size));
    } else {
      result = Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size)));
    }
    return Math.copySign(result, x);
  }

  /** The inverse hyperbolic cosine, NaN below 1. */
  public static double acosh(double x) {
    if (!(x >= 1)) {
      return Double.NaN;
    } else if (x == 1) {
      return 0;
    } else if (x >= LARGE) {
      return Math.log(x) + LN2;
    } else if (x > 2) {
      return Math.log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
    }
    double above = x - 1;
    return Math.log1p(above + Math.sqrt(2 * above + above * above));
  }

  /** The inverse hyperbolic tangent, NaN outside [-1, 1]. */
  public static double atanh(double x) {
    double size = Math.abs(x);
    double result;
    if (!(size <= 1)) {
      return Double.NaN;
    } else if (size < SMALL) {
      return x;
    } else if (size < 0.5) {
      double twice = size + size;
      result = 0.5 * Math.log1p(twice + twice * size / (1 - size));
    } else {
      result = 0.5 * Math.log1p((size + size) / (1 - size));
    }
    return Math.copySign(result, x);
  }
}
