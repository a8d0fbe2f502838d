package orzo.statsd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.GrowingHistogram;

/** A timer between two flushes. */
final class TimerSlot extends Slot {
  private static final int MIN_CAPACITY = 8;
  private static final double[] NONE = new double[0];

  double[] values = NONE;
  int size;

  /** The weight of each value; null while all are 1, or without a histogram. */
  double @Nullable [] weights;

  /** All observations since the key was first seen; belongs to the thread that flushes. */
  final @Nullable GrowingHistogram histogram;

  /** When the key was first seen, epoch milliseconds. */
  final long sinceMillis;

  /** The sum of the weights: how many observations there were before sampling. */
  double count;

  /** The sum of the values, each with its weight. */
  double weightedSum;

  /** The count of all observations since the key was first seen. */
  double totalCount;

  /** The weighted sum of all observations since the key was first seen. */
  double totalSum;

  private int lastSize;

  TimerSlot(SeriesRow row, @Nullable GrowingHistogram histogram, long sinceMillis) {
    super(row);
    this.histogram = histogram;
    this.sinceMillis = sinceMillis;
  }

  void add(double value, double weight) {
    if (size == values.length) {
      int capacity = size == 0 ? Math.max(MIN_CAPACITY, lastSize) : size + (size >> 1);
      values = Arrays.copyOf(values, capacity);
    }
    if (histogram != null && (weight != 1 || weights != null)) {
      setWeight(weight);
    }
    values[size++] = value;
    count += weight;
    weightedSum += value * weight;
    present = true;
  }

  private void setWeight(double weight) {
    int had = weights == null ? 0 : weights.length;
    if (weights == null || had < values.length) {
      weights = weights == null ? new double[values.length] : Arrays.copyOf(weights, values.length);
      if (had == 0) {
        Arrays.fill(weights, 0, size, 1);
      }
    }
    weights[size] = weight;
  }

  /** Forgets the values, whose array is somebody else's now. */
  void restart() {
    values = NONE;
    weights = null;
    lastSize = size;
    size = 0;
    count = 0;
    weightedSum = 0;
  }
}
