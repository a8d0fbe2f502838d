package orzo.remoteread;

import java.util.ArrayList;
import java.util.List;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.split.SampleBuffer;

/** Reads chunks bit by bit, as their format is described, without a thought to speed. */
final class ChunkReader {
  private final byte[] bytes;
  private int position; // in bits

  private ChunkReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Adds the samples of a chunk. */
  static void read(int encoding, byte[] bytes, SampleBuffer into) {
    ChunkReader reader = new ChunkReader(bytes);
    int size = (int) reader.bits(16);
    switch (encoding) {
      case 1 -> reader.floats(size, into);
      case 2 -> reader.histograms(size, true, into);
      case 3 -> reader.histograms(size, false, into);
      default -> throw new AssertionError("encoding " + encoding);
    }
    int left = bytes.length * 8 - reader.position;
    if (left >= 8 || reader.bits(left) != 0) {
      throw new AssertionError(left + " bits behind the end");
    }
  }

  private long bits(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bytes[position >>> 3] >>> (7 - (position & 7)) & 1;
      position++;
    }
    return value;
  }

  private long signed(int count) {
    long value = bits(count);
    return count < 64 && value > 1L << (count - 1) ? value - (1L << count) : value;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      long group = bits(8);
      value |= (group & 0x7f) << shift;
      if (group < 0x80) {
        return value;
      }
    }
  }

  private int ones(int most) {
    int ones = 0;
    while (ones < most && bits(1) == 1) {
      ones++;
    }
    return ones;
  }

  private static final int[] SIZES = {0, 3, 6, 9, 12, 18, 25, 56, 64};

  private long varbitSigned() {
    int size = SIZES[ones(8)];
    return size == 0 ? 0 : signed(size);
  }

  private long varbitUnsigned() {
    return bits(SIZES[ones(8)]);
  }

  /** A column of numbers that are combined by exclusive or. */
  private final class Xor {
    private long last;
    private int leading;
    private int trailing;

    double first() {
      last = bits(64);
      return Double.longBitsToDouble(last);
    }

    double next() {
      if (bits(1) == 1) {
        if (bits(1) == 1) {
          leading = (int) bits(5);
          int significant = (int) bits(6);
          trailing = 64 - leading - (significant == 0 ? 64 : significant);
        }
        last ^= bits(64 - leading - trailing) << trailing;
      }
      return Double.longBitsToDouble(last);
    }
  }

  private void floats(int size, SampleBuffer into) {
    Xor values = new Xor();
    long time = 0;
    long distance = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0) {
        long zigzag = varint();
        time = zigzag >>> 1 ^ -(zigzag & 1);
        into.add(time, values.first());
        continue;
      }
      distance =
          i == 1
              ? varint()
              : distance
                  + switch (ones(4)) {
                    case 0 -> 0;
                    case 1 -> signed(14);
                    case 2 -> signed(17);
                    case 3 -> signed(20);
                    default -> bits(64);
                  };
      time += distance;
      into.add(time, values.next());
    }
  }

  private void histograms(int size, boolean integer, SampleBuffer into) {
    int header = (int) bits(8);
    int threshold = (int) bits(8);
    double zeroThreshold =
        threshold == 0
            ? 0
            : threshold == 255
                ? Double.longBitsToDouble(bits(64))
                : Math.scalb(0.5, threshold - 243);
    int schema = (int) varbitSigned();
    int[] positive = indexes();
    int[] negative = indexes();
    double[] bounds = schema == NativeHistogram.CUSTOM_SCHEMA ? bounds() : new double[0];
    int cells = 3 + positive.length + negative.length;
    long[] values = new long[cells];
    long[] changes = new long[cells];
    Xor[] columns = new Xor[cells];
    for (int i = 0; i < cells; i++) {
      columns[i] = new Xor();
    }
    for (int sample = 0; sample < size; sample++) {
      double[] numbers = new double[cells]; // count, zero count, sum, buckets
      if (sample == 0) {
        values[0] = varbitSigned();
      } else {
        changes[0] += varbitSigned();
        values[0] += changes[0];
      }
      if (integer) {
        integers(sample == 0, values, changes, columns[2], numbers, positive.length);
      } else {
        for (int i = 0; i < cells; i++) {
          numbers[i] = sample == 0 ? columns[i].first() : columns[i].next();
        }
      }
      ResetHint hint =
          switch (header >>> 6) {
            case 3 -> ResetHint.GAUGE;
            case 2 -> sample == 0 ? ResetHint.RESET : ResetHint.NOT_RESET;
            case 1 -> ResetHint.NOT_RESET;
            default -> sample == 0 ? ResetHint.UNKNOWN : ResetHint.NOT_RESET;
          };
      NativeHistogram histogram =
          Double.doubleToRawLongBits(numbers[2]) == NativeHistogram.STALE_SUM_BITS
              ? NativeHistogram.stale()
              : schema == NativeHistogram.CUSTOM_SCHEMA
                  ? NativeHistogram.custom(
                      hint, integer, numbers[0], numbers[2], bounds, buckets(positive, numbers, 3))
                  : NativeHistogram.exponential(
                      hint,
                      integer,
                      schema,
                      zeroThreshold,
                      numbers[1],
                      numbers[0],
                      numbers[2],
                      buckets(positive, numbers, 3),
                      buckets(negative, numbers, 3 + positive.length));
      into.add(values[0], numbers[2], 0, histogram);
    }
  }

  private void integers(
      boolean first, long[] values, long[] changes, Xor sums, double[] numbers, int positive) {
    for (int i = 1; i < 3; i++) {
      if (first) {
        values[i] = varbitUnsigned();
      } else {
        changes[i] += varbitSigned();
        values[i] += changes[i];
      }
    }
    numbers[0] = values[1];
    numbers[1] = values[2];
    numbers[2] = first ? sums.first() : sums.next();
    double count = 0;
    for (int i = 3; i < values.length; i++) {
      if (first) {
        values[i] = varbitSigned();
      } else {
        changes[i] += varbitSigned();
        values[i] += changes[i];
      }
      count = (i == 3 + positive ? 0 : count) + values[i];
      numbers[i] = count;
    }
  }

  private int[] indexes() {
    List<Integer> indexes = new ArrayList<>();
    long spans = varbitUnsigned();
    int next = 0;
    for (long i = 0; i < spans; i++) {
      long length = varbitUnsigned();
      next += (int) varbitSigned();
      for (long j = 0; j < length; j++) {
        indexes.add(next++);
      }
    }
    return indexes.stream().mapToInt(Integer::intValue).toArray();
  }

  private double[] bounds() {
    double[] bounds = new double[(int) varbitUnsigned()];
    for (int i = 0; i < bounds.length; i++) {
      long thousandths = varbitUnsigned();
      bounds[i] = thousandths == 0 ? Double.longBitsToDouble(bits(64)) : (thousandths - 1) / 1000.0;
    }
    return bounds;
  }

  private static Buckets buckets(int[] indexes, double[] numbers, int from) {
    double[] counts = new double[indexes.length];
    System.arraycopy(numbers, from, counts, 0, counts.length);
    return Buckets.of(indexes.clone(), counts);
  }
}
