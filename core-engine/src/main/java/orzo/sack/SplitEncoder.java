package orzo.sack;

import orzo.encoding.ByteArrayWriter;
import orzo.split.RawBlockEncoder;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec.State;
import orzo.split.SampleBuffer;

/** Encodes what a flush writes of an open split. Not safe for many threads. */
final class SplitEncoder {
  /**
   * What is to be written behind the sealed part.
   *
   * @param bytes whole blocks, then one that is not full, with the split's header before them when
   *     nothing was sealed
   * @param sealedSamples how many samples of the tail are in whole blocks
   * @param sealedBytes length of the sealed part once this is written
   */
  record Encoded(byte[] bytes, int sealedSamples, int sealedBytes) {}

  private final RawBlockEncoder blocks = new RawBlockEncoder();
  private final ByteArrayWriter out = new ByteArrayWriter(1024);

  Encoded encode(OpenSplit split) {
    out.clear();
    if (split.sealedBytes == 0) {
      RawBlockEncoder.encodeHeader(split.reopened ? State.REOPENED : State.NEW, out);
    }
    int sealed = 0;
    int end = blockEnd(split.tail, sealed);
    while (end > sealed && isFull(split.tail, sealed, end)) {
      encodeBlock(split, sealed, end);
      sealed = end;
      end = blockEnd(split.tail, sealed);
    }
    int sealedBytes = split.sealedBytes + out.size();
    if (sealed < split.tail.size) {
      encodeBlock(split, sealed, split.tail.size);
    }
    return new Encoded(out.toByteArray(), sealed, sealedBytes);
  }

  private void encodeBlock(OpenSplit split, int from, int to) {
    blocks.encode(split.key.startMillis(), split.tail, from, to, out);
  }

  private static int blockEnd(SampleBuffer tail, int from) {
    return tail.blockEnd(from, RawSplit.MAX_BLOCK_SAMPLES, RawSplit.MAX_BLOCK_CELLS);
  }

  /** Whether a block of these samples is not to be added to. */
  static boolean isFull(SampleBuffer samples, int from, int to) {
    return to - from >= RawSplit.MAX_BLOCK_SAMPLES
        || samples.cells(from, to) >= RawSplit.MAX_BLOCK_CELLS;
  }
}
