package orzo.read;

import java.util.concurrent.atomic.AtomicBoolean;

/** Some series of one sack, read and not yet decoded. */
interface Chunk {
  /** Decodes and visits series until {@code abandoned}. */
  void decode(Scratch scratch, AtomicBoolean abandoned);
}
