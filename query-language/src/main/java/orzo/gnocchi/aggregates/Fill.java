package orzo.gnocchi.aggregates;

import java.util.Arrays;
import java.util.Optional;

/**
 * What stands in a column where its series has no value but another has one.
 *
 * @param mode what
 * @param number for {@link Mode#NUMBER}, else NaN
 */
public record Fill(Mode mode, double number) {
  /** What to fill with. */
  public enum Mode {
    /** Nothing; instead, series must overlap. */
    OVERLAP(""),
    /** NaN, which is in answers too. */
    NULL("null"),
    /** NaN; answers lack it, and infinities. */
    DROP("dropna"),
    /** The value before, if there is one; answers lack what is not finite. */
    FORWARD("ffill"),
    /** The value after, if there is one; answers lack what is not finite. */
    BACKWARD("bfill"),
    /** The value before, else the one after; answers lack what is not finite. */
    FULL_FORWARD("full_ffill"),
    /** The value after, else the one before; answers lack what is not finite. */
    FULL_BACKWARD("full_bfill"),
    /** A number. */
    NUMBER("");

    private final String word;

    Mode(String word) {
      this.word = word;
    }
  }

  /** No filling: series must overlap. */
  public static final Fill OVERLAP = new Fill(Mode.OVERLAP, Double.NaN);

  /** Filling with NaN that answers lack. */
  public static final Fill DROP = new Fill(Mode.DROP, Double.NaN);

  /** Filling with a number. */
  public static Fill with(double number) {
    return new Fill(Mode.NUMBER, number);
  }

  /** The mode of that name, if there is one. */
  public static Optional<Fill> named(String word) {
    for (Mode mode : Mode.values()) {
      if (!mode.word.isEmpty() && mode.word.equals(word)) {
        return Optional.of(new Fill(mode, Double.NaN));
      }
    }
    return Optional.empty();
  }

  /** Whether answers have finite values only. */
  boolean drops() {
    return switch (mode) {
      case DROP, FORWARD, BACKWARD, FULL_FORWARD, FULL_BACKWARD -> true;
      case OVERLAP, NULL, NUMBER -> false;
    };
  }

  /** A column in which NaN is replaced by values before or after it; it may be the same array. */
  double[] spread(double[] column) {
    return switch (mode) {
      case FORWARD -> forward(column);
      case BACKWARD -> backward(column);
      case FULL_FORWARD -> backward(forward(column));
      case FULL_BACKWARD -> forward(backward(column));
      case OVERLAP, NULL, DROP, NUMBER -> column;
    };
  }

  private static double[] forward(double[] column) {
    double[] filled = column.clone();
    for (int i = 1; i < filled.length; i++) {
      if (Double.isNaN(filled[i])) {
        filled[i] = filled[i - 1];
      }
    }
    return filled;
  }

  private static double[] backward(double[] column) {
    double[] filled = column.clone();
    for (int i = filled.length - 2; i >= 0; i--) {
      if (Double.isNaN(filled[i])) {
        filled[i] = filled[i + 1];
      }
    }
    return filled;
  }

  /** A new column of as many rows, in which nothing is known yet. */
  double[] column(int rows) {
    double[] column = new double[rows];
    Arrays.fill(column, mode == Mode.NUMBER ? number : Double.NaN);
    return column;
  }
}
