package orzo.http.gnocchi;

import java.util.Arrays;
import orzo.intake.SampleBatch;

/** Measures of several metrics, one after the other, as columns. Not safe for many threads. */
final class MeasureColumns implements MeasuresParser.Sink {
  private long[] timestampsMillis = new long[256];
  private double[] values = new double[256];
  private int size;

  @Override
  public void measure(long timestampMillis, double value) {
    if (size == values.length) {
      timestampsMillis = Arrays.copyOf(timestampsMillis, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  /** Adds some of them to a batch, as samples of one series. */
  void copyTo(SampleBatch batch, long ref, int from, int to) {
    for (int i = from; i < to; i++) {
      batch.add(ref, timestampsMillis[i], values[i]);
    }
  }
}
