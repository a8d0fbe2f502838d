package orzo.remoteread;

import java.util.Arrays;

/** Bits that are appended from the highest of each byte down. Not safe for many threads. */
final class BitWriter {
  private byte[] bytes = new byte[256];
  private long length; // in bits

  /** Appends a one or a zero. */
  void bit(boolean one) {
    bits(one ? 1 : 0, 1);
  }

  /** Appends the lowest {@code count} bits, at most 64, the highest of them first. */
  void bits(long value, int count) {
    int left = count;
    while (left > 0) {
      int at = (int) (length >>> 3);
      int free = 8 - (int) (length & 7);
      if (at == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * at);
      }
      int taken = Math.min(free, left);
      int part = (int) (value >>> (left - taken)) & (1 << taken) - 1;
      bytes[at] |= (byte) (part << (free - taken));
      length += taken;
      left -= taken;
    }
  }

  /** Appends groups of 7 bits, lowest first, as Go's {@code binary.PutUvarint} does. */
  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bits(rest & 0x7f | 0x80, 8);
      rest >>>= 7;
    }
    bits(rest, 8);
  }

  /**
   * Appends an integer in as many bits as it needs, of a few sizes: Prometheus's {@code varbit}
   * encoding, of which each size takes one positive number more than negative ones.
   */
  void signed(long value) {
    if (value == 0) {
      bits(0, 1);
    } else {
      for (int i = 0; i < SIZES.length; i++) {
        long limit = 1L << (SIZES[i] - 1);
        if (value > -limit && value <= limit) {
          prefixed(i, value);
          return;
        }
      }
      bits(0xff, 8);
      bits(value, 64);
    }
  }

  /** Appends an unsigned integer in the sizes of {@link #signed}. */
  void unsigned(long value) {
    if (value == 0) {
      bits(0, 1);
    } else {
      for (int i = 0; i < SIZES.length; i++) {
        if (value >>> SIZES[i] == 0) {
          prefixed(i, value);
          return;
        }
      }
      bits(0xff, 8);
      bits(value, 64);
    }
  }

  private static final int[] SIZES = {3, 6, 9, 12, 18, 25, 56};

  /** As many ones as the size's place tells, a zero, and the value. */
  private void prefixed(int size, long value) {
    bits((1L << (size + 2)) - 2, size + 2);
    bits(value, SIZES[size]);
  }

  /** Puts 16 bits over what stands at the start. */
  void overwriteShort(int value) {
    bytes[0] = (byte) (value >>> 8);
    bytes[1] = (byte) value;
  }

  /** What was appended, the last byte filled up with zeros. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, (int) (length + 7 >>> 3));
  }

  /** Forgets everything and keeps the room. */
  void clear() {
    Arrays.fill(bytes, 0, (int) (length + 7 >>> 3), (byte) 0);
    length = 0;
  }
}
