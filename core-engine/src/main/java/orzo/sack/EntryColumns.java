package orzo.sack;

import java.util.Arrays;
import orzo.encoding.ByteArrayReader;

/** The samples of some backlog entries, as columns. */
final class EntryColumns {
  int[] series = new int[1 << 16];
  long[] timestampsMillis = new long[1 << 16];
  double[] values = new double[1 << 16];
  int size;

  void clear() {
    size = 0;
  }

  void read(byte[] bytes) {
    ByteArrayReader in = new ByteArrayReader(bytes, 0, bytes.length);
    long s = 0;
    long t = 0;
    while (in.remaining() > 0) {
      s += uz(in.readVarint());
      t += uz(in.readVarint());
      long b = 0;
      for (int i = 0; i < 8; i++) {
        b |= (in.readByte() & 0xffL) << (8 * i);
      }
      if (size == series.length) {
        series = Arrays.copyOf(series, size * 2);
        timestampsMillis = Arrays.copyOf(timestampsMillis, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      series[size] = (int) s;
      timestampsMillis[size] = t;
      values[size++] = Double.longBitsToDouble(b);
    }
  }

  private static long uz(long v) {
    return v >>> 1 ^ -(v & 1);
  }
}
