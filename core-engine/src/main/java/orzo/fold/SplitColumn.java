package orzo.fold;

import orzo.column.DecimalScale;
import orzo.column.LongColumn;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayReader;

/** How a column of doubles is told in an aggregate split; see docs/split-format.md. */
final class SplitColumn {
  /** As it is, by {@link ValueColumn}. */
  static final int PLAIN = 0;

  /** The same bits as another column. */
  static final int EQUAL = 1;

  /** Scaled decimals, relative to those of another column. */
  static final int RELATIVE = 2;

  /** Scaled decimals, relative to those of another column one row before. */
  static final int PREVIOUS = 3;

  /** Scaled decimals, relative to the middle of two other columns times the row's count. */
  static final int MIDDLE = 4;

  /** Scaled decimals, relative to half of another column. */
  static final int HALF = 5;

  /** Which rows have a value of a column. */
  enum Rows {
    BORDER,
    INTERIOR,
    DIFFERENCES,
    ANY;

    boolean has(long count, int flags) {
      boolean border = (flags & AggregateRows.HAS_BORDER) != 0;
      return switch (this) {
        case BORDER -> border;
        case INTERIOR -> count > 0;
        case DIFFERENCES -> count > 1;
        case ANY -> count > 0 || border;
      };
    }
  }

  private SplitColumn() {}

  /** The rows of a column, by its number: parts first, then percentiles. */
  static Rows rows(int column) {
    if (column >= Part.number()) {
      return Rows.ANY;
    }
    if (column == Part.BORDER.ordinal()) {
      return Rows.BORDER;
    }
    return column >= Part.DIFFERENCE_SUM.ordinal() ? Rows.DIFFERENCES : Rows.INTERIOR;
  }

  /** The nearest integer to a value times a power of ten, whatever that may be for huge values. */
  static long unscaled(double value, int scale) {
    return (long) Math.rint(value * DecimalScale.power(scale));
  }

  /** The double that an integer of a scale stands for. */
  static double scaled(long unscaled, int scale) {
    return scale == 0 ? (double) unscaled : unscaled / DecimalScale.power(scale);
  }

  /** What the integers of a model are relative to, modulo 2<sup>64</sup>. */
  static void predict(
      int model, int scale, double[] some, double[] others, long[] counts, int n, long[] out) {
    double power = DecimalScale.power(scale);
    switch (model) {
      case RELATIVE -> {
        for (int i = 0; i < n; i++) {
          out[i] = (long) Math.rint(some[i] * power);
        }
      }
      case PREVIOUS -> {
        out[0] = 0;
        for (int i = 1; i < n; i++) {
          out[i] = (long) Math.rint(some[i - 1] * power);
        }
      }
      case MIDDLE -> {
        for (int i = 0; i < n; i++) {
          long sum = (long) Math.rint(some[i] * power) + (long) Math.rint(others[i] * power);
          out[i] = counts[i] * sum >> 1;
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          out[i] = (long) Math.rint(some[i] * power) >> 1;
        }
      }
    }
  }

  /** Reads integers and corrections of a model, and adds what they are relative to. */
  static void decodeRelative(
      ByteArrayReader in, int scale, long[] predicted, int n, double[] out, long[] scratch) {
    int corrections = in.readVarint("number of corrections", 0, n);
    int correctionsAt = in.position();
    int last = -1;
    for (int i = 0; i < corrections; i++) {
      last += 1 + in.readVarint("gap before a correction", 0, n - 2 - last);
      in.readZigzag();
    }
    LongColumn.decode(in, in.readZigzag(), scratch, 0, n);
    double power = DecimalScale.power(scale); // 1 for scale 0, and dividing by it changes nothing
    for (int i = 0; i < n; i++) {
      out[i] = (predicted[i] + scratch[i]) / power;
    }
    int end = in.position();
    in.reset(correctionsAt, in.limit());
    int at = -1;
    for (int i = 0; i < corrections; i++) {
      at += 1 + (int) in.readVarint();
      long ordered = ValueColumn.ordered(Double.doubleToRawLongBits(out[at])) + in.readZigzag();
      out[at] = Double.longBitsToDouble(ValueColumn.ordered(ordered));
    }
    in.reset(end, in.limit());
  }

  /** The scale that at least nine tenths of these values have, or -1. */
  static int scale(double[] values, int n) {
    int[] found = new int[DecimalScale.MAX_TRIED + 1];
    int hint = 0;
    int without = 0;
    for (int i = 0; i < n; i++) {
      int scale = DecimalScale.least(values[i], hint);
      if (scale < 0) {
        without++;
      } else {
        found[scale]++;
        hint = scale;
      }
      if (without > 1 + n / 10) {
        return -1;
      }
    }
    int left = n - without;
    int scale = -1;
    while (left > n / 10 || scale < 0) {
      left -= found[++scale];
    }
    return scale;
  }
}
