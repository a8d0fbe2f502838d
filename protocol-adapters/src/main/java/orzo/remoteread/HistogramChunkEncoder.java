package orzo.remoteread;

import org.jspecify.annotations.Nullable;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.split.SampleBuffer;

/**
 * Encodes runs of native histograms as one chunk: integers as double deltas, floating-point numbers
 * as {@link XorColumn}s. All histograms of a chunk have the same buckets, and none but the first
 * may be a reset of the counter, because readers take that for granted. Where Prometheus would
 * write a chunk anew for a bucket that comes later, a new chunk begins here.
 */
final class HistogramChunkEncoder {
  // The highest bits of the third byte.
  private static final int COUNTER_RESET = 0b1000_0000;
  private static final int NO_COUNTER_RESET = 0b0100_0000;
  private static final int GAUGE = 0b1100_0000;
  private static final int UNKNOWN = 0;

  // Powers of two whose exponent, as Go's Frexp counts it, is between these are one byte.
  private static final int MIN_EXPONENT = -242;
  private static final int MAX_EXPONENT = 11;
  private static final int EXPONENT_OFFSET = 243;
  private static final int FULL_THRESHOLD = 255;

  private static final double LARGEST_SHORT_BOUND = 33_554_430; // thousandths

  private final BitWriter out;

  HistogramChunkEncoder(BitWriter out) {
    this.out = out;
  }

  /**
   * Writes a chunk that starts with sample {@code from}; the number of samples, the first 16 bits,
   * is left 0.
   *
   * @return the index behind the last sample that is in the chunk
   */
  int encode(SampleBuffer samples, @Nullable NativeHistogram[] histograms, int from) {
    NativeHistogram first = histogram(histograms, from);
    int to = end(samples, histograms, from);
    out.bits(0, Short.SIZE);
    out.bits(header(first), Byte.SIZE);
    layout(first);
    if (first.isInteger() || first.isStale()) {
      integers(samples, histograms, from, to);
    } else {
      floats(samples, histograms, from, to);
    }
    return to;
  }

  private static NativeHistogram histogram(@Nullable NativeHistogram[] histograms, int i) {
    NativeHistogram histogram = histograms[i];
    if (histogram == null) {
      throw new IllegalArgumentException("sample " + i + " (expected: a histogram)");
    }
    return histogram;
  }

  private static int end(SampleBuffer samples, @Nullable NativeHistogram[] histograms, int from) {
    int limit = Math.min(samples.size, from + ChunkEncoder.MAX_SAMPLES);
    NativeHistogram last = histogram(histograms, from);
    int end = from + 1;
    while (end < limit) {
      NativeHistogram next = histograms[end];
      if (next == null || !follows(last, next)) {
        break;
      }
      last = next;
      end++;
    }
    return end;
  }

  /** Whether a histogram may be in the chunk of the one before it. */
  private static boolean follows(NativeHistogram last, NativeHistogram next) {
    if (last.isStale() || next.isStale()) {
      return last.isStale() && next.isStale();
    }
    boolean gauge = last.resetHint() == ResetHint.GAUGE;
    return gauge == (next.resetHint() == ResetHint.GAUGE)
        && next.resetHint() != ResetHint.RESET
        && last.isInteger() == next.isInteger()
        && last.schema() == next.schema()
        && last.zeroThreshold() == next.zeroThreshold()
        && last.positive().hasLayoutOf(next.positive())
        && last.negative().hasLayoutOf(next.negative())
        && sameBounds(last, next)
        && (gauge || grows(last, next));
  }

  private static boolean sameBounds(NativeHistogram last, NativeHistogram next) {
    if (last.boundCount() != next.boundCount()) {
      return false;
    }
    for (int i = 0; i < last.boundCount(); i++) {
      if (last.bound(i) != next.bound(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean grows(NativeHistogram last, NativeHistogram next) {
    return next.count() >= last.count()
        && next.zeroCount() >= last.zeroCount()
        && grows(last.positive(), next.positive())
        && grows(last.negative(), next.negative());
  }

  private static boolean grows(Buckets last, Buckets next) {
    for (int i = 0; i < last.size(); i++) {
      if (!(next.count(i) >= last.count(i))) {
        return false;
      }
    }
    return true;
  }

  private static int header(NativeHistogram first) {
    return switch (first.resetHint()) {
      case UNKNOWN -> UNKNOWN;
      case RESET -> COUNTER_RESET;
      case NOT_RESET -> NO_COUNTER_RESET;
      case GAUGE -> GAUGE;
    };
  }

  private void layout(NativeHistogram histogram) {
    zeroThreshold(histogram.zeroThreshold());
    out.signed(histogram.schema());
    spans(histogram.positive());
    spans(histogram.negative());
    if (histogram.hasCustomBuckets()) {
      out.unsigned(histogram.boundCount());
      for (int i = 0; i < histogram.boundCount(); i++) {
        bound(histogram.bound(i));
      }
    }
  }

  private void zeroThreshold(double threshold) {
    // Frexp's fraction is in [0.5, 1), so its exponent is one more than that of a Java double.
    int exponent = Math.getExponent(threshold) + 1;
    boolean powerOfTwo = threshold == Math.scalb(1.0, exponent - 1);
    if (threshold == 0) {
      out.bits(0, Byte.SIZE);
    } else if (powerOfTwo && exponent >= MIN_EXPONENT && exponent <= MAX_EXPONENT) {
      out.bits(exponent + EXPONENT_OFFSET, Byte.SIZE);
    } else {
      out.bits(FULL_THRESHOLD, Byte.SIZE);
      out.bits(Double.doubleToRawLongBits(threshold), Long.SIZE);
    }
  }

  private void spans(Buckets buckets) {
    int[] spans = buckets.spans();
    out.unsigned(spans.length / 2);
    for (int i = 0; i < spans.length; i += 2) {
      out.unsigned(spans[i + 1]);
      out.signed(spans[i]);
    }
  }

  /** Whole thousandths as an integer, others as they are. */
  private void bound(double bound) {
    double thousandths = bound * 1000;
    boolean whole = Math.rint(thousandths) / 1000 == bound;
    if (thousandths < 0 || thousandths > LARGEST_SHORT_BOUND || !whole) {
      out.bit(false);
      out.bits(Double.doubleToRawLongBits(bound), Long.SIZE);
    } else {
      out.unsigned(Math.round(thousandths) + 1);
    }
  }

  /** Each number as how its change has changed. Bucket counts are differences to the one before. */
  private void integers(
      SampleBuffer samples, @Nullable NativeHistogram[] histograms, int from, int to) {
    NativeHistogram first = histogram(histograms, from);
    long[] last = cells(samples, first, from);
    long[] changes = new long[last.length];
    out.signed(last[0]);
    out.unsigned(last[1]);
    out.unsigned(last[2]);
    XorColumn sums = new XorColumn();
    sums.first(first.sum(), out);
    for (int i = FIRST_BUCKET; i < last.length; i++) {
      out.signed(last[i]);
    }
    for (int sample = from + 1; sample < to; sample++) {
      NativeHistogram histogram = histogram(histograms, sample);
      long[] cells = cells(samples, histogram, sample);
      for (int i = 0; i < cells.length; i++) {
        if (i == FIRST_BUCKET) {
          sums.next(histogram.sum(), out);
        }
        long change = cells[i] - last[i];
        out.signed(change - changes[i]);
        changes[i] = change;
      }
      if (cells.length == FIRST_BUCKET) {
        sums.next(histogram.sum(), out);
      }
      last = cells;
    }
  }

  private static final int FIRST_BUCKET = 3;

  /** Time, count, count of the zero bucket, and the differences between neighbouring buckets. */
  private static long[] cells(SampleBuffer samples, NativeHistogram histogram, int sample) {
    Buckets positive = histogram.positive();
    Buckets negative = histogram.negative();
    long[] cells = new long[FIRST_BUCKET + positive.size() + negative.size()];
    cells[0] = samples.timestampsMillis[sample];
    cells[1] = (long) histogram.count();
    cells[2] = (long) histogram.zeroCount();
    deltas(positive, cells, FIRST_BUCKET);
    deltas(negative, cells, FIRST_BUCKET + positive.size());
    return cells;
  }

  private static void deltas(Buckets buckets, long[] into, int at) {
    long before = 0;
    for (int i = 0; i < buckets.size(); i++) {
      long count = (long) buckets.count(i);
      into[at + i] = count - before;
      before = count;
    }
  }

  private void floats(
      SampleBuffer samples, @Nullable NativeHistogram[] histograms, int from, int to) {
    double[] first = numbers(histogram(histograms, from));
    XorColumn[] columns = new XorColumn[first.length];
    out.signed(samples.timestampsMillis[from]);
    for (int i = 0; i < first.length; i++) {
      columns[i] = new XorColumn();
      columns[i].first(first[i], out);
    }
    long distance = 0;
    for (int sample = from + 1; sample < to; sample++) {
      long next = samples.timestampsMillis[sample] - samples.timestampsMillis[sample - 1];
      out.signed(next - distance);
      distance = next;
      double[] numbers = numbers(histogram(histograms, sample));
      for (int i = 0; i < numbers.length; i++) {
        columns[i].next(numbers[i], out);
      }
    }
  }

  /** Count, count of the zero bucket, sum, and the buckets. */
  private static double[] numbers(NativeHistogram histogram) {
    Buckets positive = histogram.positive();
    Buckets negative = histogram.negative();
    double[] numbers = new double[FIRST_BUCKET + positive.size() + negative.size()];
    numbers[0] = histogram.count();
    numbers[1] = histogram.zeroCount();
    numbers[2] = histogram.sum();
    for (int i = 0; i < positive.size(); i++) {
      numbers[FIRST_BUCKET + i] = positive.count(i);
    }
    for (int i = 0; i < negative.size(); i++) {
      numbers[FIRST_BUCKET + positive.size() + i] = negative.count(i);
    }
    return numbers;
  }
}
