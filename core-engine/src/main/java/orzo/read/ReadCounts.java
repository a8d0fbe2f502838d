package orzo.read;

/**
 * What a scan read.
 *
 * @param splits stored splits, raw and of aggregates
 * @param bytes their lengths as stored
 * @param rows windows handed to visitors
 * @param samples raw samples that were decoded, or copied from what is not flushed yet
 */
public record ReadCounts(long splits, long bytes, long rows, long samples) {
  /** Nothing. */
  public static final ReadCounts NONE = new ReadCounts(0, 0, 0, 0);

  /** Both together. */
  public ReadCounts plus(ReadCounts other) {
    return new ReadCounts(
        splits + other.splits, bytes + other.bytes, rows + other.rows, samples + other.samples);
  }
}
