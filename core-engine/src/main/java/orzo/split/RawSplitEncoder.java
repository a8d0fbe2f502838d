package orzo.split;

import orzo.encoding.ByteArrayWriter;

/**
 * Encodes complete raw splits as densely as the format allows, and marks them closed. Holds scratch
 * space: one instance per thread.
 */
public final class RawSplitEncoder {
  /** Blocks are tried this short; shorter ones hardly ever make up for their frames. */
  private static final int LEAST_BLOCK = 240;

  /** Blocks end when their histograms have this many counts: what a reader decodes at once. */
  private static final int MAX_BLOCK_CELLS = 1 << 17;

  private final RawBlockEncoder blocks = new RawBlockEncoder();
  private final ByteArrayWriter halves = new ByteArrayWriter(1024);

  /** Creates an encoder. */
  public RawSplitEncoder() {}

  /**
   * Appends a split of the samples {@code [from, to)}.
   *
   * @param splitStart the split's start, see {@link RawSplit#startOf}
   * @param samples strictly ascending, inside the split
   * @throws IllegalArgumentException if they are not
   */
  public void encode(long splitStart, SampleBuffer samples, int from, int to, ByteArrayWriter out) {
    RawBlockEncoder.encodeHeader(RawSplitCodec.State.CLOSED, out);
    int at = from;
    while (at < to) {
      int end = Math.min(to, samples.blockEnd(at, RawBlocks.MAX_SAMPLES, MAX_BLOCK_CELLS));
      encodeBlocks(splitStart, samples, at, end, out);
      at = end;
    }
  }

  /** One block, or two halves where they are smaller together: a series may change its ways. */
  private void encodeBlocks(
      long splitStart, SampleBuffer samples, int from, int to, ByteArrayWriter out) {
    int start = out.size();
    encodeBlock(splitStart, samples, from, to, out);
    int length = out.size() - start;
    int count = to - from;
    if (count < 2 * LEAST_BLOCK || length < count / 4) {
      return;
    }
    halves.clear();
    int middle = from + count / 2;
    encodeBlock(splitStart, samples, from, middle, halves);
    encodeBlock(splitStart, samples, middle, to, halves);
    if (halves.size() < length) {
      out.truncate(start);
      encodeBlocks(splitStart, samples, from, middle, out);
      encodeBlocks(splitStart, samples, middle, to, out);
    }
  }

  private void encodeBlock(
      long splitStart, SampleBuffer samples, int from, int to, ByteArrayWriter out) {
    blocks.encode(splitStart, samples, from, to, out);
  }
}
