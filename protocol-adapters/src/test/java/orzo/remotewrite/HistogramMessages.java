package orzo.remotewrite;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.remotewrite.oracle.BucketSpan;
import orzo.remotewrite.oracle.Histogram;

/** Native histograms as messages of the generated classes, and what they mean. */
final class HistogramMessages {
  private HistogramMessages() {}

  /** A histogram that may be stored: of either form, with any schema, or the end of a series. */
  static Histogram random(Random random) {
    Histogram.Builder message = Histogram.newBuilder();
    boolean integer = random.nextBoolean();
    boolean custom = random.nextInt(4) == 0;
    double total = 0;
    if (custom) {
      message.setSchema(NativeHistogram.CUSTOM_SCHEMA);
      for (int i = 0; i < 30; i++) {
        message.addCustomValues(i * 0.5);
      }
    } else {
      int zero = random.nextInt(5);
      total = zero;
      message.setSchema(random.nextInt(-4, 9)).setZeroThreshold(random.nextInt(3) * 0.001);
      if (integer) {
        message.setZeroCountInt(zero);
      } else {
        message.setZeroCountFloat(zero);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        total += span(message, false, integer, random);
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      total += span(message, true, integer, random);
    }
    if (integer) {
      message.setCountInt((long) total);
    } else {
      message.setCountFloat(total);
    }
    double sum =
        switch (random.nextInt(12)) {
          case 0 -> Double.longBitsToDouble(NativeHistogram.STALE_SUM_BITS);
          case 1 -> Double.NaN;
          default -> random.nextInt(1000) / 8.0;
        };
    return message
        .setSum(sum)
        .setResetHintValue(random.nextInt(5))
        .setTimestamp(1_700_000_000_000L + random.nextInt(100_000))
        .setStartTimestamp(random.nextInt(3) == 0 ? 1_600_000_000_000L : 0)
        .build();
  }

  private static double span(
      Histogram.Builder message, boolean positive, boolean integer, Random random) {
    int length = random.nextInt(4);
    BucketSpan span =
        BucketSpan.newBuilder().setOffset(random.nextInt(4)).setLength(length).build();
    if (positive) {
      message.addPositiveSpans(span);
    } else {
      message.addNegativeSpans(span);
    }
    double total = 0;
    for (int i = 0; i < length; i++) {
      int count = random.nextInt(50);
      total += count;
      if (positive && integer) {
        message.addPositiveDeltas(count - sum(message.getPositiveDeltasList()));
      } else if (integer) {
        message.addNegativeDeltas(count - sum(message.getNegativeDeltasList()));
      } else if (positive) {
        message.addPositiveCounts(count);
      } else {
        message.addNegativeCounts(count);
      }
    }
    return total;
  }

  private static long sum(Iterable<Long> deltas) {
    long sum = 0;
    for (long delta : deltas) {
      sum += delta;
    }
    return sum;
  }

  /** What a message means, computed apart from the code under test; null when that is nothing. */
  static @Nullable NativeHistogram expected(Histogram message) {
    if (Double.doubleToRawLongBits(message.getSum()) == NativeHistogram.STALE_SUM_BITS) {
      return NativeHistogram.stale();
    }
    boolean integer = message.getCountCase() != Histogram.CountCase.COUNT_FLOAT;
    int hint = message.getResetHintValue();
    ResetHint known = hint >= 0 && hint < 4 ? ResetHint.values()[hint] : ResetHint.UNKNOWN;
    double count = integer ? unsigned(message.getCountInt()) : message.getCountFloat();
    double zero =
        message.getZeroCountCase() == Histogram.ZeroCountCase.ZERO_COUNT_FLOAT
            ? message.getZeroCountFloat()
            : unsigned(message.getZeroCountInt());
    try {
      Buckets positive =
          buckets(
              message.getPositiveSpansList(),
              integer ? counts(message.getPositiveDeltasList()) : null,
              message.getPositiveCountsList());
      Buckets negative =
          buckets(
              message.getNegativeSpansList(),
              integer ? counts(message.getNegativeDeltasList()) : null,
              message.getNegativeCountsList());
      NativeHistogram histogram;
      if (message.getSchema() == NativeHistogram.CUSTOM_SCHEMA) {
        if (zero != 0 || !negative.isEmpty() || message.getNegativeSpansCount() > 0) {
          return null;
        }
        double[] bounds = doubles(message.getCustomValuesList());
        histogram =
            NativeHistogram.custom(known, integer, count, message.getSum(), bounds, positive);
      } else {
        histogram =
            NativeHistogram.exponential(
                known,
                integer,
                message.getSchema(),
                message.getZeroThreshold(),
                zero,
                count,
                message.getSum(),
                positive,
                negative);
      }
      return histogram.flaw().isPresent() ? null : histogram;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static double unsigned(long number) {
    return new BigInteger(Long.toUnsignedString(number)).doubleValue();
  }

  private static double[] counts(List<Long> deltas) {
    double[] counts = new double[deltas.size()];
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count += deltas.get(i);
      counts[i] = (double) count;
    }
    return counts;
  }

  private static double[] doubles(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Buckets buckets(
      List<BucketSpan> spans, double @Nullable [] integers, List<Double> floats) {
    for (BucketSpan span : spans) {
      if (span.getLength() < 0) {
        throw new IllegalArgumentException("more than 2^31 buckets");
      }
    }
    return Buckets.ofSpans(
        spans.stream().mapToInt(BucketSpan::getOffset).toArray(),
        spans.stream().mapToInt(BucketSpan::getLength).toArray(),
        integers == null ? doubles(floats) : integers);
  }
}
