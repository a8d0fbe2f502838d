package orzo.remoteread;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.split.SampleBuffer;

/**
 * Encodes the samples of a series as chunks in the formats of Prometheus's {@code tsdb/chunkenc}.
 * Not safe for many threads.
 */
final class ChunkEncoder {
  /** As many samples as a chunk of Prometheus has; the format has room for 65,535. */
  static final int MAX_SAMPLES = 120;

  private final BitWriter out = new BitWriter();
  private final XorColumn values = new XorColumn();
  private final HistogramChunkEncoder histogramChunks = new HistogramChunkEncoder(out);

  /** The chunks of all samples, in their order. */
  List<Chunk> encode(SampleBuffer samples) {
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    List<Chunk> chunks = new ArrayList<>(samples.size / MAX_SAMPLES + 1);
    int from = 0;
    while (from < samples.size) {
      int to;
      Chunk.Encoding encoding;
      NativeHistogram first = histograms == null ? null : histograms[from];
      out.clear();
      if (histograms == null || first == null) {
        to = endOfFloats(histograms, from, samples.size);
        encoding = Chunk.Encoding.XOR;
        floats(samples, from, to);
      } else {
        to = histogramChunks.encode(samples, histograms, from);
        encoding =
            first.isInteger() || first.isStale()
                ? Chunk.Encoding.HISTOGRAM
                : Chunk.Encoding.FLOAT_HISTOGRAM;
      }
      out.overwriteShort(to - from);
      chunks.add(
          new Chunk(
              samples.timestampsMillis[from],
              samples.timestampsMillis[to - 1],
              encoding,
              out.toByteArray()));
      from = to;
    }
    return chunks;
  }

  private static int endOfFloats(
      @Nullable NativeHistogram @Nullable [] histograms, int from, int size) {
    int end = Math.min(size, from + MAX_SAMPLES);
    for (int i = from; histograms != null && i < end; i++) {
      if (histograms[i] != null) {
        return i;
      }
    }
    return end;
  }

  /**
   * The number of samples; the first time, the first distance, then how distances change; values as
   * {@link XorColumn}.
   */
  private void floats(SampleBuffer samples, int from, int to) {
    long[] times = samples.timestampsMillis;
    out.bits(0, Short.SIZE);
    out.varint(times[from] << 1 ^ times[from] >> 63);
    values.first(samples.values[from], out);
    long distance = 0;
    for (int i = from + 1; i < to; i++) {
      long next = times[i] - times[i - 1];
      if (i == from + 1) {
        out.varint(next);
      } else {
        change(next - distance);
      }
      distance = next;
      values.next(samples.values[i], out);
    }
  }

  private void change(long change) {
    if (change == 0) {
      out.bits(0, 1);
    } else if (fits(change, 14)) {
      out.bits(0b10, 2);
      out.bits(change, 14);
    } else if (fits(change, 17)) {
      out.bits(0b110, 3);
      out.bits(change, 17);
    } else if (fits(change, 20)) {
      out.bits(0b1110, 4);
      out.bits(change, 20);
    } else {
      out.bits(0b1111, 4);
      out.bits(change, Long.SIZE);
    }
  }

  private static boolean fits(long value, int bits) {
    long limit = 1L << (bits - 1);
    return value > -limit && value <= limit;
  }
}
