package orzo.histogram;

import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;

/**
 * One histogram as bytes, quickly rather than densely: for what passes by. The sum is not part of
 * it, since it is the value of its sample.
 *
 * <pre>
 * histogram  hint:byte, 4 added if the cells are doubles
 *            layout, see docs/split-format.md
 *            cells: each as zigzag difference to the one before, or as the 8 bytes of a double
 * </pre>
 */
public final class HistogramCodec {
  /** The most buckets of a histogram, and the most custom bounds, that are stored. */
  public static final int MAX_BUCKETS = 10_000;

  private static final int DOUBLES = 4;
  private static final ResetHint[] HINTS = ResetHint.values();

  private HistogramCodec() {}

  /** Appends a histogram without its sum. */
  public static void write(NativeHistogram histogram, ByteArrayWriter out) {
    HistogramLayout layout = HistogramLayout.of(histogram);
    double[] cells = new double[layout.cells()];
    layout.getCells(histogram, cells, 0, 1);
    boolean integers = areIntegers(cells, cells.length);
    out.writeByte(histogram.resetHint().ordinal() + (integers ? 0 : DOUBLES));
    layout.write(out);
    long previous = 0;
    for (double cell : cells) {
      if (integers) {
        out.writeZigzag((long) cell - previous);
        previous = (long) cell;
      } else {
        out.writeLong(Double.doubleToRawLongBits(cell));
      }
    }
  }

  /** Whether all of the first {@code count} numbers are what their integer is as a double. */
  static boolean areIntegers(double[] cells, int count) {
    for (int i = 0; i < count; i++) {
      double same = (double) (long) cells[i];
      if (Double.doubleToRawLongBits(same) != Double.doubleToRawLongBits(cells[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a histogram.
   *
   * @param sum its sum
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}, naming the byte
   */
  public static NativeHistogram read(ByteArrayReader in, double sum) {
    int kindAt = in.position();
    int kind = in.readByte();
    if (kind >= DOUBLES + HINTS.length) {
      throw ByteArrayReader.corrupt(kindAt, "kind of histogram is " + kind + " (expected: 0..7)");
    }
    HistogramLayout layout = HistogramLayout.read(in);
    double[] cells = new double[layout.cells()];
    long previous = 0;
    for (int i = 0; i < cells.length; i++) {
      if (kind >= DOUBLES) {
        cells[i] = Double.longBitsToDouble(in.readLong());
      } else {
        previous += in.readZigzag();
        cells[i] = (double) previous;
      }
    }
    return layout.histogram(HINTS[kind % DOUBLES], sum, cells, 0, 1);
  }
}
