package orzo.split;

/** Decodes raw splits; {@link RawBlockEncoder} encodes them, {@link RawBlocks} walks them. */
public final class RawSplitCodec {
  private RawSplitCodec() {}

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
