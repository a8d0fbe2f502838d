package orzo.histogram;

/** Whether a counter began anew between two histograms of a series. */
public final class ResetDetection {
  private ResetDetection() {}

  /**
   * Whether it did: as the later histogram's hint says, or else because something fell that can
   * only rise, or was resolved more finely than before.
   */
  public static boolean isReset(NativeHistogram later, NativeHistogram earlier) {
    return switch (later.resetHint()) {
      case RESET -> true;
      case NOT_RESET -> false;
      case UNKNOWN, GAUGE -> fell(later, earlier);
    };
  }

  private static boolean fell(NativeHistogram later, NativeHistogram earlier) {
    if (later.count() < earlier.count()) {
      return true;
    }
    if (later.hasCustomBuckets()) {
      if (!earlier.hasCustomBuckets()) {
        return true;
      }
      if (!CustomBounds.match(later.bounds, earlier.bounds)) {
        return fellInCommonBuckets(later, earlier);
      }
      return fell(later.positive(), 0, earlier.positive(), 0);
    }
    int schema = later.schema();
    double threshold = later.zeroThreshold();
    // Custom buckets have the lowest of all schemas, so going away from them is a reset, too.
    if (schema > earlier.schema() || threshold < earlier.zeroThreshold()) {
      return true;
    }
    WideZeroBucket zero =
        new WideZeroBucket(
            earlier.zeroCount(),
            0,
            BucketSum.of(earlier.positive(), false),
            BucketSum.of(earlier.negative(), false),
            earlier.schema());
    if (threshold > earlier.zeroThreshold()) {
      zero.widen(threshold);
      if (zero.threshold() != threshold || later.zeroCount() < zero.count()) {
        return true;
      }
    } else if (later.zeroCount() < earlier.zeroCount()) {
      return true;
    }
    return fell(later.positive(), earlier.positive(), schema, earlier.schema(), threshold)
        || fell(later.negative(), earlier.negative(), schema, earlier.schema(), threshold);
  }

  private static boolean fell(
      Buckets later, Buckets earlier, int schema, int earlierSchema, double threshold) {
    Buckets before = earlier.coarser(earlierSchema, schema);
    return fell(
        later, firstAbove(later, schema, threshold), before, firstAbove(before, schema, threshold));
  }

  private static int firstAbove(Buckets buckets, int schema, double threshold) {
    int first = 0;
    while (threshold > 0
        && first < buckets.size()
        && ExponentialBounds.upper(buckets.index(first), schema) <= threshold) {
      first++;
    }
    return first;
  }

  /** Whether a bucket has less than before; one that is not there has nothing. */
  private static boolean fell(Buckets later, int from, Buckets earlier, int earlierFrom) {
    int at = from;
    for (int i = earlierFrom; i < earlier.size(); i++) {
      while (at < later.size() && later.index(at) < earlier.index(i)) {
        at++;
      }
      boolean found = at < later.size() && later.index(at) == earlier.index(i);
      if (found ? later.count(at) < earlier.count(i) : earlier.count(i) != 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean fellInCommonBuckets(NativeHistogram later, NativeHistogram earlier) {
    double[] common = CustomBounds.intersection(later.bounds, earlier.bounds);
    double[] now = inBuckets(later, common);
    double[] before = inBuckets(earlier, common);
    for (int i = 0; i < now.length; i++) {
      if (now[i] < before[i]) {
        return true;
      }
    }
    return false;
  }

  private static double[] inBuckets(NativeHistogram histogram, double[] bounds) {
    return CustomBounds.mapped(
            BucketSum.of(histogram.positive(), false),
            histogram.bounds,
            Buckets.EMPTY,
            bounds,
            1,
            bounds)
        .counts();
  }
}
