package orzo.carbon;

import orzo.intake.Rejection;

/** Where decoders bring what they find, in the order in which it was sent. */
interface SampleSink {
  /** A sample of a known series. */
  void sample(long ref, long timestampMillis, double value);

  /**
   * A sample of a path that is not known.
   *
   * @param key the path in {@code bytes[offset, offset + length)}, with or without a blank behind
   *     it; to be copied
   */
  void unknown(byte[] key, int offset, int length, long timestampMillis, double value);

  /**
   * Something that is not taken, and counts as one sample.
   *
   * @param bytes what it is stands in {@code bytes[from, to)}, for a message
   */
  void rejected(Rejection reason, byte[] bytes, int from, int to);
}
