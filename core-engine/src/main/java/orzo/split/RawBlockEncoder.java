package orzo.split;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import orzo.column.LongColumnEncoder;
import orzo.column.ValueColumnEncoder;
import orzo.encoding.ByteArrayWriter;
import orzo.histogram.HistogramColumnEncoder;

/**
 * Encodes blocks of raw splits, see docs/split-format.md. Holds scratch space, so that encoding
 * allocates nothing but what the output grows by: one instance per thread.
 */
public final class RawBlockEncoder {
  /** Room that the count and the length take at most, two varints below 2^21. */
  private static final int MAX_HEADER_BYTES = 6;

  private final LongColumnEncoder timestampEncoder = new LongColumnEncoder();
  private final ValueColumnEncoder valueEncoder = new ValueColumnEncoder();
  private final HistogramColumnEncoder histogramEncoder = new HistogramColumnEncoder();
  private final CRC32C checksum = new CRC32C();
  private long[] offsets = new long[RawSplit.MAX_BLOCK_SAMPLES];

  /** Creates an encoder. */
  public RawBlockEncoder() {}

  /** Appends what an open split starts with, before its first block. */
  public static void encodeHeader(ByteArrayWriter out) {
    encodeHeader(RawSplitCodec.State.NEW, out);
  }

  /** Appends what a split in a state starts with, before its first block. */
  public static void encodeHeader(RawSplitCodec.State state, ByteArrayWriter out) {
    out.writeByte(RawBlocks.VERSION | state.code() << RawBlocks.STATE_SHIFT);
  }

  /**
   * Appends a block of the samples {@code [from, to)}.
   *
   * @param splitStart the split's start, see {@link RawSplit#startOf}
   * @param timestampsMillis strictly ascending from {@code from} to {@code to}, inside the split
   * @param values any bits
   * @throws IllegalArgumentException if there are none or more than {@link RawBlocks#MAX_SAMPLES}
   *     samples, or the timestamps are not as said
   */
  public void encode(
      long splitStart,
      long[] timestampsMillis,
      double[] values,
      int from,
      int to,
      ByteArrayWriter out) {
    encode(splitStart, timestampsMillis, values, null, from, to, out);
  }

  /**
   * Appends a block of the samples {@code [from, to)}, with all they have.
   *
   * @param splitStart the split's start, see {@link RawSplit#startOf}
   * @param samples strictly ascending from {@code from} to {@code to}, inside the split
   * @throws IllegalArgumentException if there are none or more than {@link RawBlocks#MAX_SAMPLES}
   *     samples, or the timestamps are not as said
   */
  public void encode(long splitStart, SampleBuffer samples, int from, int to, ByteArrayWriter out) {
    encode(splitStart, samples.timestampsMillis, samples.values, samples.extras(), from, to, out);
  }

  private void encode(
      long splitStart,
      long[] timestampsMillis,
      double[] values,
      @Nullable SampleExtras extras,
      int from,
      int to,
      ByteArrayWriter out) {
    int count = to - from;
    if (count < 1 || count > RawBlocks.MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "samples: " + count + " (expected: 1.." + RawBlocks.MAX_SAMPLES + ")");
    }
    toOffsets(splitStart, timestampsMillis, from, count);
    int start = out.size();
    out.reserve(MAX_HEADER_BYTES);
    out.advance(MAX_HEADER_BYTES);
    out.writeVarint(offsets[0]);
    timestampEncoder.encode(offsets, count, out);
    valueEncoder.encode(values, from, count, out);
    if (extras != null) {
      encodeExtras(extras, from, to, out);
    }

    // The header's length is known now: write it, and close the gap to what follows.
    int body = start + MAX_HEADER_BYTES;
    int bodyLength = out.size() - body;
    out.truncate(start);
    out.writeVarint(count);
    out.writeVarint((long) bodyLength + RawBlocks.CHECKSUM_BYTES);
    System.arraycopy(out.array(), body, out.array(), out.size(), bodyLength);
    out.advance(bodyLength);
    checksum.reset();
    checksum.update(out.array(), start, out.size() - start);
    out.writeInt((int) checksum.getValue());
  }

  private void encodeExtras(SampleExtras extras, int from, int to, ByteArrayWriter out) {
    boolean withStarts = false;
    boolean withHistograms = false;
    for (int i = from; i < to; i++) {
      withStarts |= extras.startMillis(i) != 0;
      withHistograms |= extras.histogram(i) != null;
    }
    if (!withStarts && !withHistograms) {
      return;
    }
    out.writeByte(
        (withStarts ? RawBlocks.STARTS : 0) | (withHistograms ? RawBlocks.HISTOGRAMS : 0));
    if (withStarts) {
      for (int i = from; i < to; i++) {
        offsets[i - from] = extras.startMillis(i);
      }
      out.writeZigzag(offsets[0]);
      timestampEncoder.encode(offsets, to - from, out);
    }
    if (withHistograms) {
      histogramEncoder.encode(extras.histograms(to), from, to, out);
    }
  }

  private void toOffsets(long splitStart, long[] timestampsMillis, int from, int count) {
    if (count > offsets.length) {
      offsets = new long[Math.min(RawBlocks.MAX_SAMPLES, Math.max(count, offsets.length * 2))];
    }
    long previous = -1;
    boolean ascending = true;
    for (int i = 0; i < count; i++) {
      long offset = timestampsMillis[from + i] - splitStart;
      ascending &= offset > previous;
      offsets[i] = offset;
      previous = offset;
    }
    if (!ascending || previous >= RawSplit.SPAN_MILLIS) {
      throw new IllegalArgumentException(
          "timestamps: "
              + timestampsMillis[from]
              + ".."
              + timestampsMillis[from + count - 1]
              + " (expected: strictly ascending in the split that starts at "
              + splitStart
              + ")");
    }
  }
}
