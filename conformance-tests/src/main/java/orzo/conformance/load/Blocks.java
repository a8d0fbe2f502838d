package orzo.conformance.load;

import java.nio.ByteBuffer;

/** What a connection sends: blocks, each of one sample of each of its paths. */
interface Blocks {
  /** The block of a round, at a time of ten digits. Valid until the next call. */
  ByteBuffer block(int round, long seconds);
}
