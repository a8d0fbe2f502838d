package orzo.promql.exec.block;

import java.util.Arrays;

/** Sets of steps, one bit each in an array of words; unused bits of the last word are zero. */
public final class Presence {
  private Presence() {}

  /** The empty set for a grid of {@code steps}. */
  public static long[] none(int steps) {
    return new long[steps + 63 >>> 6];
  }

  /** The full set for a grid of {@code steps}. */
  public static long[] all(int steps) {
    long[] set = none(steps);
    Arrays.fill(set, -1L);
    if ((steps & 63) != 0) {
      set[set.length - 1] = (1L << steps) - 1;
    }
    return set;
  }

  /** Whether a step is in the set. */
  public static boolean has(long[] set, int step) {
    return (set[step >>> 6] & 1L << step) != 0;
  }

  /** Adds a step. */
  public static void add(long[] set, int step) {
    set[step >>> 6] |= 1L << step;
  }

  /** Adds the steps {@code [from, to)}, at least one. */
  public static void addRange(long[] set, int from, int to) {
    int first = from >>> 6;
    int last = to - 1 >>> 6;
    long head = -1L << from;
    long tail = -1L >>> -to;
    if (first == last) {
      set[first] |= head & tail;
    } else {
      set[first] |= head;
      Arrays.fill(set, first + 1, last, -1L);
      set[last] |= tail;
    }
  }

  /** Adds all steps of another set. */
  public static void addAll(long[] set, long[] other) {
    for (int i = 0; i < set.length; i++) {
      set[i] |= other[i];
    }
  }

  /** The steps in both sets. */
  public static long[] and(long[] left, long[] right) {
    long[] both = new long[left.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = left[i] & right[i];
    }
    return both;
  }

  /** The steps in the left set and not in the right. */
  public static long[] andNot(long[] left, long[] right) {
    long[] rest = new long[left.length];
    for (int i = 0; i < rest.length; i++) {
      rest[i] = left[i] & ~right[i];
    }
    return rest;
  }

  /** Whether no step is in the set. */
  public static boolean isEmpty(long[] set) {
    for (long word : set) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether some step is in both sets. */
  public static boolean intersects(long[] left, long[] right) {
    for (int i = 0; i < left.length; i++) {
      if ((left[i] & right[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** How many steps are in the set. */
  public static int count(long[] set) {
    int count = 0;
    for (long word : set) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The first step of the set from {@code from} on, or -1. */
  public static int next(long[] set, int from) {
    int word = from >>> 6;
    if (word >= set.length) {
      return -1;
    }
    long bits = set[word] & -1L << from;
    while (bits == 0) {
      if (++word == set.length) {
        return -1;
      }
      bits = set[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }
}
