package orzo.split;

/**
 * Decodes raw splits. {@link RawBlockEncoder} encodes those that grow, {@link RawSplitEncoder}
 * those that are complete, {@link RawBlocks} walks them.
 */
public final class RawSplitCodec {
  /** What is known of a split besides its samples; part of its header. */
  public enum State {
    /** No aggregates were made of it yet. */
    NEW(0),
    /** It is complete and dense, and the aggregates of its span are those of its samples. */
    CLOSED(15),
    /** It was closed and then written to again: the aggregates of its span lack some samples. */
    REOPENED(3);

    // Four bits that no checksum covers: any two states differ in two of them at least.
    private final int code;

    State(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  private RawSplitCodec() {}

  /**
   * The state of a split.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT} when its header is none
   */
  public static State state(byte[] split) {
    return RawBlocks.state(split);
  }

  /**
   * Appends the samples of {@code [fromMillis, toMillis]}, both ends included, in ascending order.
   * Blocks outside are not decoded; those before are still checked, those after are not looked at.
   *
   * @param splitStart the split's start, see {@link RawSplit#startOf}
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}, naming split and byte;
   *     {@code into} may then have some of the samples
   */
  public static void decode(
      long splitStart, byte[] split, long fromMillis, long toMillis, SampleBuffer into) {
    RawBlocks blocks = new RawBlocks(splitStart, split);
    while (blocks.next() && blocks.firstMillis() <= toMillis) {
      if (blocks.endsBefore(fromMillis)) {
        continue;
      }
      int size = into.size;
      blocks.decode(into);
      into.retain(size, fromMillis, toMillis);
    }
  }
}
