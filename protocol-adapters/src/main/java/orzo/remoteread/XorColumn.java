package orzo.remoteread;

/**
 * Numbers of a chunk, each as what differs from the one before it: the bits of both combined by
 * exclusive or, without the zeros before and behind. As in Facebook's Gorilla and in Prometheus.
 */
final class XorColumn {
  private static final int NONE = 0xff;

  private long last;
  private int leading = NONE;
  private int trailing;

  /** Writes the first number, as it is. */
  void first(double value, BitWriter out) {
    last = Double.doubleToRawLongBits(value);
    leading = NONE;
    trailing = 0;
    out.bits(last, Long.SIZE);
  }

  /** Writes the next number. */
  void next(double value, BitWriter out) {
    long bits = Double.doubleToRawLongBits(value);
    long difference = bits ^ last;
    last = bits;
    if (difference == 0) {
      out.bit(false);
      return;
    }
    out.bit(true);
    int newLeading = Math.min(31, Long.numberOfLeadingZeros(difference)); // written in five bits
    int newTrailing = Long.numberOfTrailingZeros(difference);
    if (leading != NONE && newLeading >= leading && newTrailing >= trailing) {
      out.bit(false);
      out.bits(difference >>> trailing, Long.SIZE - leading - trailing);
      return;
    }
    leading = newLeading;
    trailing = newTrailing;
    int significant = Long.SIZE - leading - trailing;
    out.bit(true);
    out.bits(leading, 5);
    out.bits(significant, 6); // all 64 are written as 0, since there are never none
    out.bits(difference >>> trailing, significant);
  }
}
