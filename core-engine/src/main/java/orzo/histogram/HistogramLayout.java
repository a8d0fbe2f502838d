package orzo.histogram;

import java.util.Arrays;
import orzo.column.ValueColumn;
import orzo.column.ValueColumnEncoder;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;

/**
 * What histograms that follow each other mostly share: all but counts, sum and hint. Its counts are
 * the <em>cells</em> of a histogram: the count of observations, that of the zero bucket, then those
 * of the positive and of the negative buckets. docs/split-format.md is the specification.
 *
 * @param integer whether the counts came as integers
 * @param positive indexes of the positive buckets, or of all if they are custom
 * @param negative indexes of the negative buckets
 * @param bounds custom bounds, empty with an exponential schema
 */
record HistogramLayout(
    boolean integer,
    int schema,
    double zeroThreshold,
    int[] positive,
    int[] negative,
    double[] bounds) {
  /** Cells before those of buckets. */
  static final int FIRST_BUCKET = 2;

  private static final int INTEGER = 1;
  private static final int CUSTOM = 2;
  private static final int KNOWN = INTEGER | CUSTOM;

  static HistogramLayout of(NativeHistogram histogram) {
    return new HistogramLayout(
        histogram.isInteger(),
        histogram.schema(),
        histogram.zeroThreshold(),
        histogram.positive().indexes,
        histogram.negative().indexes,
        histogram.bounds);
  }

  /** Whether a histogram has it. */
  boolean isOf(NativeHistogram histogram) {
    return integer == histogram.isInteger()
        && schema == histogram.schema()
        && Double.doubleToRawLongBits(zeroThreshold)
            == Double.doubleToRawLongBits(histogram.zeroThreshold())
        && Arrays.equals(positive, histogram.positive().indexes)
        && Arrays.equals(negative, histogram.negative().indexes)
        && Arrays.equals(bounds, histogram.bounds);
  }

  /** How many cells a histogram has. */
  int cells() {
    return FIRST_BUCKET + positive.length + negative.length;
  }

  /** Writes the cells of a histogram that has this layout: the first to {@code out[at]}. */
  void getCells(NativeHistogram histogram, double[] out, int at, int stride) {
    out[at] = histogram.count();
    out[at + stride] = histogram.zeroCount();
    int next = at + FIRST_BUCKET * stride;
    for (double count : histogram.positive().counts) {
      out[next] = count;
      next += stride;
    }
    for (double count : histogram.negative().counts) {
      out[next] = count;
      next += stride;
    }
  }

  /** The histogram whose cells stand at {@code cells[at]}, {@code cells[at + stride]} and so on. */
  NativeHistogram histogram(ResetHint hint, double sum, double[] cells, int at, int stride) {
    return new NativeHistogram(
        hint,
        integer,
        schema,
        zeroThreshold,
        cells[at + stride],
        cells[at],
        sum,
        buckets(positive, cells, at + FIRST_BUCKET * stride, stride),
        buckets(negative, cells, at + (FIRST_BUCKET + positive.length) * stride, stride),
        bounds);
  }

  private static Buckets buckets(int[] indexes, double[] cells, int at, int stride) {
    if (indexes.length == 0) {
      return Buckets.EMPTY;
    }
    double[] counts = new double[indexes.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = cells[at + i * stride];
    }
    return new Buckets(indexes, counts);
  }

  void write(ByteArrayWriter out) {
    boolean custom = schema == NativeHistogram.CUSTOM_SCHEMA;
    out.writeByte((integer ? INTEGER : 0) | (custom ? CUSTOM : 0));
    if (custom) {
      out.writeVarint(bounds.length);
      if (bounds.length > 0) {
        new ValueColumnEncoder().encode(bounds, 0, bounds.length, out);
      }
    } else {
      out.writeZigzag(schema);
      out.writeLong(Double.doubleToRawLongBits(zeroThreshold));
    }
    writeIndexes(positive, out);
    writeIndexes(negative, out);
  }

  /** Writes runs of neighbouring indexes: how many, then the gap before and the length of each. */
  private static void writeIndexes(int[] indexes, ByteArrayWriter out) {
    int runs = 0;
    for (int i = 0; i < indexes.length; i++) {
      runs += i == 0 || indexes[i] != indexes[i - 1] + 1 ? 1 : 0;
    }
    out.writeVarint(runs);
    int start = 0;
    while (start < indexes.length) {
      int end = start + 1;
      while (end < indexes.length && indexes[end] == indexes[end - 1] + 1) {
        end++;
      }
      long before = start == 0 ? 0 : (long) indexes[start - 1] + 1;
      out.writeZigzag(indexes[start] - before);
      out.writeVarint((long) end - start);
      start = end;
    }
  }

  /**
   * Reads a layout.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT} for one that no
   *     histogram has, or of more than {@link HistogramCodec.MAX_BUCKETS} buckets
   */
  static HistogramLayout read(ByteArrayReader in) {
    int kindAt = in.position();
    int kind = in.readByte();
    if ((kind & ~KNOWN) != 0) {
      throw ByteArrayReader.corrupt(
          kindAt, "histogram layout 0x" + Integer.toHexString(kind) + " is not known");
    }
    int schema = NativeHistogram.CUSTOM_SCHEMA;
    double zeroThreshold = 0;
    double[] bounds = {};
    if ((kind & CUSTOM) != 0) {
      int count = in.readVarint("number of custom bounds", 0, HistogramCodec.MAX_BUCKETS);
      if (count > 0) {
        bounds = new double[count];
        ValueColumn.decode(in, bounds, 0, count, new long[count]);
      }
    } else {
      int schemaAt = in.position();
      long read = in.readZigzag();
      if (read < NativeHistogram.MIN_SCHEMA || read > NativeHistogram.MAX_SCHEMA) {
        throw ByteArrayReader.corrupt(schemaAt, "schema is " + read + " (expected: -4..8)");
      }
      schema = (int) read;
      zeroThreshold = Double.longBitsToDouble(in.readLong());
    }
    int[] positive = readIndexes(in, HistogramCodec.MAX_BUCKETS);
    int[] negative = readIndexes(in, HistogramCodec.MAX_BUCKETS - positive.length);
    return new HistogramLayout(
        (kind & INTEGER) != 0, schema, zeroThreshold, positive, negative, bounds);
  }

  private static int[] readIndexes(ByteArrayReader in, int max) {
    int runs = in.readVarint("number of runs of buckets", 0, max);
    int[] indexes = new int[Math.min(max, 2 * runs)];
    int size = 0;
    long next = 0;
    for (int run = 0; run < runs; run++) {
      int at = in.position();
      next += in.readZigzag();
      int length = in.readVarint("number of buckets", 1, max - size);
      boolean ascends = size == 0 || next > indexes[size - 1];
      if (!ascends || next < Integer.MIN_VALUE || next + length - 1 > Integer.MAX_VALUE) {
        throw ByteArrayReader.corrupt(
            at, "bucket " + next + " (expected: ascending indexes of 32 bits)");
      }
      if (size + length > indexes.length) {
        indexes = Arrays.copyOf(indexes, Math.min(max, Math.max(size + length, 2 * size)));
      }
      for (int i = 0; i < length; i++) {
        indexes[size++] = (int) next++;
      }
    }
    return size == indexes.length ? indexes : Arrays.copyOf(indexes, size);
  }
}
