package orzo.histogram;

/** What a zero bucket would be if it reached further, and took in the buckets there. */
final class WideZeroBucket {
  private final double narrowCount;
  private final double narrowLost;
  private final BucketSum positive;
  private final BucketSum negative;
  private final int schema;
  private double threshold;
  private double count;
  private double lost;

  WideZeroBucket(
      double narrowCount, double narrowLost, BucketSum positive, BucketSum negative, int schema) {
    this.narrowCount = narrowCount;
    this.narrowLost = narrowLost;
    this.positive = positive;
    this.negative = negative;
    this.schema = schema;
  }

  /** Widens to a threshold, and further if that lies within a bucket that has observations. */
  void widen(double to) {
    double reached = to;
    do {
      threshold = reached;
      count = narrowCount;
      lost = narrowLost;
      reached = takeIn(negative, takeIn(positive, threshold));
      // Further for negative buckets may be within a positive one, so look again at all.
    } while (reached > threshold);
  }

  /** Takes in the buckets of one side, and gives how far the last of them reaches. */
  private double takeIn(BucketSum buckets, double to) {
    for (int i = 0; i < buckets.size; i++) {
      int index = buckets.indexes[i];
      if (ExponentialBounds.upper(index - 1, schema) >= to) {
        return to;
      }
      take(buckets.counts[i]);
      if (buckets.lost.length > 0) {
        take(buckets.lost[i]);
      }
      double upper = ExponentialBounds.upper(index, schema);
      if (upper > to) {
        return buckets.counts[i] == 0 ? to : upper;
      }
    }
    return to;
  }

  private void take(double value) {
    double before = count;
    count += value;
    lost = Compensation.of(before, lost, value, count);
  }

  double threshold() {
    return threshold;
  }

  double count() {
    return count;
  }

  double lost() {
    return lost;
  }
}
