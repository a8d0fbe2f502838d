package orzo.remoteread;

/**
 * Some samples of a series, encoded as Prometheus keeps them.
 *
 * @param minMillis the time of the first sample
 * @param maxMillis the time of the last sample
 * @param bytes not to be changed
 */
record Chunk(long minMillis, long maxMillis, Encoding encoding, byte[] bytes) {
  /** How samples are encoded, with the number that the protocol has for it. */
  enum Encoding {
    XOR(1),
    HISTOGRAM(2),
    FLOAT_HISTOGRAM(3);

    private final int number;

    Encoding(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }
}
