package orzo.sack;

import orzo.encoding.ByteArrayWriter;
import orzo.split.RawBlockEncoder;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec.State;

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
    while (split.tail.size - sealed >= RawSplit.MAX_BLOCK_SAMPLES) {
      encodeBlock(split, sealed, sealed + RawSplit.MAX_BLOCK_SAMPLES);
      sealed += RawSplit.MAX_BLOCK_SAMPLES;
    }
    int sealedBytes = split.sealedBytes + out.size();
    if (sealed < split.tail.size) {
      encodeBlock(split, sealed, split.tail.size);
    }
    return new Encoded(out.toByteArray(), sealed, sealedBytes);
  }

  private void encodeBlock(OpenSplit split, int from, int to) {
    blocks.encode(
        split.key.startMillis(), split.tail.timestampsMillis, split.tail.values, from, to, out);
  }
}
