package orzo.carbon;

import java.util.Arrays;
import orzo.intake.Protocol;

/**
 * Samples of paths that are not known yet, in the order in which they came, as columns. Not safe
 * for many threads.
 */
final class UnknownPaths {
  /** Beyond this many samples nothing more is to be read. */
  static final int FULL_SAMPLES = 1 << 16;

  /** Beyond this many bytes of paths nothing more is to be read. */
  static final int FULL_BYTES = 4 << 20;

  private static final int INITIAL = 64;

  private byte[] keys = new byte[INITIAL * 32];
  private int[] keyEnds = new int[INITIAL];
  private byte[] protocols = new byte[INITIAL];
  private long[] timestampsMillis = new long[INITIAL];
  private double[] values = new double[INITIAL];
  private int size;

  /** How many samples there are. */
  int size() {
    return size;
  }

  /** Whether there are as many as there should be. */
  boolean isFull() {
    return size >= FULL_SAMPLES || keyEnd(size) >= FULL_BYTES;
  }

  /** Adds a sample; the key is copied. */
  void add(
      Protocol protocol, byte[] key, int offset, int length, long timestampMillis, double value) {
    if (size == values.length) {
      keyEnds = Arrays.copyOf(keyEnds, 2 * size);
      protocols = Arrays.copyOf(protocols, 2 * size);
      timestampsMillis = Arrays.copyOf(timestampsMillis, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    int start = keyEnd(size);
    if (length > keys.length - start) {
      keys = Arrays.copyOf(keys, Math.max(start + length, 2 * keys.length));
    }
    System.arraycopy(key, offset, keys, start, length);
    keyEnds[size] = start + length;
    protocols[size] = (byte) protocol.ordinal();
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  /** Adds sample {@code i} of others. */
  void add(UnknownPaths others, int i) {
    add(
        others.protocol(i),
        others.keys,
        others.keyStart(i),
        others.keyLength(i),
        others.timestampsMillis[i],
        others.values[i]);
  }

  /** The bytes of all keys. */
  byte[] keys() {
    return keys;
  }

  /** Where the key of sample {@code i} starts. */
  int keyStart(int i) {
    return keyEnd(i);
  }

  /** How many bytes the key of sample {@code i} has. */
  int keyLength(int i) {
    return keyEnds[i] - keyStart(i);
  }

  private int keyEnd(int count) {
    return count == 0 ? 0 : keyEnds[count - 1];
  }

  /** How sample {@code i} came. */
  Protocol protocol(int i) {
    return PROTOCOLS[protocols[i]];
  }

  private static final Protocol[] PROTOCOLS = Protocol.values();

  /** The time of sample {@code i}. */
  long timestampMillis(int i) {
    return timestampsMillis[i];
  }

  /** The value of sample {@code i}. */
  double value(int i) {
    return values[i];
  }
}
