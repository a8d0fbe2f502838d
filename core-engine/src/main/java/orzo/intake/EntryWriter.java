package orzo.intake;

import orzo.encoding.ByteArrayWriter;

/** Writes backlog entries: samples of one sack, as deltas and plain doubles. */
public final class EntryWriter {
  private final ByteArrayWriter out = new ByteArrayWriter(1024);
  private long lastSeries;
  private long lastTimestamp;

  /** Adds a sample. */
  public void add(int series, long ts, double v) {
    out.reserve(28);
    out.writeVarint(zz(series - lastSeries));
    lastSeries = series;
    out.writeVarint(zz(ts - lastTimestamp));
    lastTimestamp = ts;
    long b = Double.doubleToRawLongBits(v);
    for (int i = 0; i < 8; i++) {
      out.writeByte((int) (b >>> (8 * i)) & 0xff);
    }
  }

  private static long zz(long v) {
    return v << 1 ^ v >> 63;
  }

  int length() {
    return out.size();
  }

  byte[] takeEntry() {
    byte[] b = out.toByteArray();
    out.clear();
    lastSeries = 0;
    lastTimestamp = 0;
    return b;
  }
}
