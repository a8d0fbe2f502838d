package orzo.promql.exec.aggregate;

/**
 * A bounded binary heap of (value, series) whose root is the next to be thrown out: the smallest
 * value for {@code topk}, the largest for {@code bottomk}, and NaN before any number. Which of
 * equal values survives depends on how a heap moves its elements; this one moves them as
 * Prometheus's does. For one thread.
 */
final class ValueHeap {
  private final boolean top;
  private final double[] values;
  private final int[] series;
  private int size;

  ValueHeap(boolean top, int capacity) {
    this.top = top;
    values = new double[capacity];
    series = new int[capacity];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** Offers a value to a heap that keeps {@code limit} of them. */
  void offer(double value, int seriesIndex, int limit) {
    if (size < limit) {
      values[size] = value;
      series[size] = seriesIndex;
      up(size++);
    } else if (top ? values[0] < value : values[0] > value) {
      replaceRoot(value, seriesIndex);
    } else if (Double.isNaN(values[0]) && !Double.isNaN(value)) {
      replaceRoot(value, seriesIndex);
    }
  }

  /** Removes the root and gives its series. */
  int poll() {
    int root = series[0];
    size--;
    values[0] = values[size];
    series[0] = series[size];
    down();
    return root;
  }

  private void replaceRoot(double value, int seriesIndex) {
    values[0] = value;
    series[0] = seriesIndex;
    down();
  }

  private void up(int from) {
    int child = from;
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (!before(child, parent)) {
        return;
      }
      swap(child, parent);
      child = parent;
    }
  }

  private void down() {
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && before(child + 1, child)) {
        child++;
      }
      if (!before(child, parent)) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private boolean before(int i, int j) {
    if (Double.isNaN(values[i])) {
      return true;
    }
    return top ? values[i] < values[j] : values[i] > values[j];
  }

  private void swap(int i, int j) {
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
    int index = series[i];
    series[i] = series[j];
    series[j] = index;
  }
}
