package orzo.http.gnocchi;

import java.util.Arrays;
import orzo.intake.SampleBatch;

/** Measures of several metrics, one after the other, as columns. Not safe for many threads. */
final class MeasureColumns implements MeasuresParser.Sink {
  /** What a measure in JSON takes at least, about. */
  private static final int JSON_BYTES = 40;

  private long[] timestampsMillis;
  private double[] values;
  private int size;

  /** Creates columns with room for the measures of a body. */
  MeasureColumns(int bodyBytes) {
    int room = 16 + bodyBytes / JSON_BYTES;
    timestampsMillis = new long[room];
    values = new double[room];
  }

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

  /** Hands over all of them, in their order. */
  void forEach(MeasuresParser.Sink sink) {
    for (int i = 0; i < size; i++) {
      sink.measure(timestampsMillis[i], values[i]);
    }
  }

  /** Adds some of them to a batch, as samples of one series. */
  void copyTo(SampleBatch batch, long ref, int from, int to) {
    for (int i = from; i < to; i++) {
      batch.add(ref, timestampsMillis[i], values[i]);
    }
  }
}
