package orzo.statsd;

import java.util.Arrays;

/** A timer between two flushes. */
final class TimerSlot extends Slot {
  private static final int MIN_CAPACITY = 8;
  private static final double[] NONE = new double[0];

  double[] values = NONE;
  int size;

  /** The sum of the weights: how many observations there were before sampling. */
  double count;

  /** The sum of the values, each with its weight. */
  double weightedSum;

  /** The count of all observations since the key was first seen. */
  double totalCount;

  /** The weighted sum of all observations since the key was first seen. */
  double totalSum;

  private int lastSize;

  TimerSlot(SeriesRow row) {
    super(row);
  }

  void add(double value, double weight) {
    if (size == values.length) {
      int capacity = size == 0 ? Math.max(MIN_CAPACITY, lastSize) : size + (size >> 1);
      values = Arrays.copyOf(values, capacity);
    }
    values[size++] = value;
    count += weight;
    weightedSum += value * weight;
    present = true;
  }

  /** Forgets the values, whose array is somebody else's now. */
  void restart() {
    values = NONE;
    lastSize = size;
    size = 0;
    count = 0;
    weightedSum = 0;
  }
}
