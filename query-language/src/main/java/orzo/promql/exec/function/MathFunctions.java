package orzo.promql.exec.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.math.GoMath;

/** The functions that make a number of a number. */
public final class MathFunctions {
  private MathFunctions() {}

  /** The function of that name, if it is one of one number. */
  public static Optional<DoubleUnaryOperator> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "abs" -> Math::abs;
          case "ceil" -> Math::ceil;
          case "floor" -> Math::floor;
          case "exp" -> Math::exp;
          case "sqrt" -> Math::sqrt;
          case "ln" -> Math::log;
          case "log2" -> GoMath::log2;
          case "log10" -> GoMath::log10;
          case "sgn" -> MathFunctions::sign;
          case "sin" -> Math::sin;
          case "cos" -> Math::cos;
          case "tan" -> Math::tan;
          case "asin" -> Math::asin;
          case "acos" -> Math::acos;
          case "atan" -> Math::atan;
          case "sinh" -> Math::sinh;
          case "cosh" -> Math::cosh;
          case "tanh" -> Math::tanh;
          case "asinh" -> GoMath::asinh;
          case "acosh" -> GoMath::acosh;
          case "atanh" -> GoMath::atanh;
          case "deg" -> x -> x * 180 / Math.PI;
          case "rad" -> x -> x * Math.PI / 180;
          case "minute" -> CalendarFunctions::minute;
          case "hour" -> CalendarFunctions::hour;
          case "day_of_week" -> CalendarFunctions::dayOfWeek;
          case "day_of_month" -> CalendarFunctions::dayOfMonth;
          case "day_of_year" -> CalendarFunctions::dayOfYear;
          case "days_in_month" -> CalendarFunctions::daysInMonth;
          case "month" -> CalendarFunctions::month;
          case "year" -> CalendarFunctions::year;
          default -> null;
        });
  }

  private static double sign(double x) {
    return x < 0 ? -1 : x > 0 ? 1 : x;
  }

  /** Applies a function to every number; the metric name is dropped. */
  public static List<SeriesBlock> map(List<SeriesBlock> series, DoubleUnaryOperator function) {
    List<SeriesBlock> results = new ArrayList<>(series.size());
    for (SeriesBlock any : series) {
      SeriesBlock block = any.floats();
      double[] values = new double[block.values.length];
      for (int step = Presence.next(block.presence, 0);
          step >= 0;
          step = Presence.next(block.presence, step + 1)) {
        values[step] = function.applyAsDouble(block.values[step]);
      }
      addUnlessEmpty(new SeriesBlock(block.labels(), true, values, block.presence), results);
    }
    return results;
  }

  /** {@code round}: to the nearest multiple, halves upwards. */
  public static List<SeriesBlock> round(List<SeriesBlock> series, double[] multiples) {
    List<SeriesBlock> results = new ArrayList<>(series.size());
    for (SeriesBlock any : series) {
      SeriesBlock block = any.floats();
      double[] values = new double[block.values.length];
      for (int step = 0; step < values.length; step++) {
        // Dividing by the inverse rounds less than multiplying: 0.1 has no exact form, 10 has.
        double inverse = 1.0 / multiples[step];
        values[step] = Math.floor(block.values[step] * inverse + 0.5) / inverse;
      }
      addUnlessEmpty(new SeriesBlock(block.labels(), true, values, block.presence), results);
    }
    return results;
  }

  /** {@code clamp}: between two bounds; nothing at steps where they cross. */
  public static List<SeriesBlock> clamp(List<SeriesBlock> series, double[] lower, double[] upper) {
    List<SeriesBlock> results = new ArrayList<>(series.size());
    for (SeriesBlock any : series) {
      SeriesBlock block = any.floats();
      SeriesBlock result = new SeriesBlock(block.labels(), true, block.values.length);
      for (int step = Presence.next(block.presence, 0);
          step >= 0;
          step = Presence.next(block.presence, step + 1)) {
        if (!(upper[step] < lower[step])) {
          result.set(step, GoMath.max(lower[step], GoMath.min(upper[step], block.values[step])));
        }
      }
      addUnlessEmpty(result, results);
    }
    return results;
  }

  private static void addUnlessEmpty(SeriesBlock block, List<SeriesBlock> blocks) {
    if (!block.isEmpty()) {
      blocks.add(block);
    }
  }
}
