package orzo.remotewrite;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.histogram.Buckets;
import orzo.histogram.HistogramCodec;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.wire.WireReader;

/**
 * Reads {@code Histogram} messages, whose fields have the same numbers in remote write 1.0 and 2.0.
 * Is used for many, one after the other. Not safe for many threads.
 */
final class HistogramMessage {
  private static final int COUNT_INT = 1 << 3 | WireReader.VARINT;
  private static final int COUNT_FLOAT = 2 << 3 | WireReader.FIXED64;
  private static final int SUM = 3 << 3 | WireReader.FIXED64;
  private static final int SCHEMA = 4 << 3 | WireReader.VARINT;
  private static final int ZERO_THRESHOLD = 5 << 3 | WireReader.FIXED64;
  private static final int ZERO_COUNT_INT = 6 << 3 | WireReader.VARINT;
  private static final int ZERO_COUNT_FLOAT = 7 << 3 | WireReader.FIXED64;
  private static final int NEGATIVE_SPANS = 8 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int NEGATIVE_DELTAS = 9;
  private static final int NEGATIVE_COUNTS = 10;
  private static final int POSITIVE_SPANS = 11 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int POSITIVE_DELTAS = 12;
  private static final int POSITIVE_COUNTS = 13;
  private static final int RESET_HINT = 14 << 3 | WireReader.VARINT;
  private static final int TIMESTAMP = 15 << 3 | WireReader.VARINT;
  private static final int CUSTOM_VALUES = 16;
  private static final int START_TIMESTAMP = 17 << 3 | WireReader.VARINT;
  private static final int LAST_KNOWN = 17;

  private static final int OFFSET = 1 << 3 | WireReader.VARINT;
  private static final int LENGTH = 2 << 3 | WireReader.VARINT;

  private static final ResetHint[] HINTS = ResetHint.values(); // numbered as the protocol does

  /** Room that stays from one message to the next. */
  private static final int MAX_KEPT = 1024;

  /** Numbers of a repeated field. */
  private static final class Numbers {
    long[] bits = new long[64];
    int size;

    void add(long number) {
      if (size == bits.length) {
        bits = Arrays.copyOf(bits, size + (size >> 1) + 16);
      }
      bits[size++] = number;
    }

    void clear() {
      size = 0;
      if (bits.length > MAX_KEPT) {
        bits = new long[64];
      }
    }

    double[] doubles() {
      double[] doubles = new double[size];
      for (int i = 0; i < size; i++) {
        doubles[i] = Double.longBitsToDouble(bits[i]);
      }
      return doubles;
    }
  }

  /**
   * The buckets of one side: offset and length of each span in turns, and either form of counts.
   */
  private static final class Side {
    final Numbers spans = new Numbers();
    final Numbers deltas = new Numbers();
    final Numbers counts = new Numbers();

    void clear() {
      spans.clear();
      deltas.clear();
      counts.clear();
    }

    int size(boolean integer) {
      return integer ? deltas.size : counts.size;
    }

    Buckets buckets(boolean integer) {
      int[] offsets = new int[spans.size / 2];
      int[] lengths = new int[spans.size / 2];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = (int) spans.bits[2 * i];
        // An unsigned number; one beyond all bounds stays one.
        lengths[i] = (int) Math.min(spans.bits[2 * i + 1], Integer.MAX_VALUE);
      }
      return Buckets.ofSpans(offsets, lengths, integer ? summed() : counts.doubles());
    }

    private double[] summed() {
      double[] sums = new double[deltas.size];
      long count = 0;
      for (int i = 0; i < sums.length; i++) {
        count += deltas.bits[i];
        sums[i] = (double) count;
      }
      return sums;
    }
  }

  private final Side positive = new Side();
  private final Side negative = new Side();
  private final Numbers bounds = new Numbers();
  private boolean integer;
  private long countBits;
  private boolean integerZeroCount;
  private long zeroCountBits;
  private long sumBits;
  private long schema;
  private double zeroThreshold;
  private long hint;
  private long timestampMillis;
  private long startMillis;
  private String fault = "";

  /** The timestamp of the message that was read last. */
  long timestampMillis() {
    return timestampMillis;
  }

  /** The start timestamp of the message that was read last; 0 when it has none. */
  long startMillis() {
    return startMillis;
  }

  /**
   * What is wrong with the histogram of the message that was read last, if {@link #read} says so.
   */
  String fault() {
    return fault;
  }

  /**
   * Reads a message up to {@code end}.
   *
   * @return the histogram, or null when it is none that may be stored
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#MALFORMED} when its wire format
   *     is broken
   */
  @Nullable NativeHistogram read(WireReader reader, int end) {
    clear();
    while (reader.position < end) {
      field(reader, end);
    }
    if (sumBits == NativeHistogram.STALE_SUM_BITS) {
      return NativeHistogram.stale();
    }
    int buckets = positive.size(integer) + negative.size(integer);
    if (buckets > HistogramCodec.MAX_BUCKETS || bounds.size > HistogramCodec.MAX_BUCKETS) {
      fault =
          Math.max(buckets, bounds.size)
              + " buckets or custom bounds (expected: at most "
              + HistogramCodec.MAX_BUCKETS
              + ")";
      return null;
    }
    try {
      NativeHistogram histogram = histogram();
      Optional<String> flaw = histogram.flaw();
      fault = flaw.orElse("");
      return flaw.isPresent() ? null : histogram;
    } catch (IllegalArgumentException e) {
      fault = String.valueOf(e.getMessage());
      return null;
    }
  }

  private void clear() {
    positive.clear();
    negative.clear();
    bounds.clear();
    integer = true;
    integerZeroCount = true;
    countBits = 0;
    zeroCountBits = 0;
    sumBits = 0;
    schema = 0;
    zeroThreshold = 0;
    hint = 0;
    timestampMillis = 0;
    startMillis = 0;
    fault = "";
  }

  private NativeHistogram histogram() {
    double count = number(integer, countBits);
    double zeroCount = number(integerZeroCount, zeroCountBits);
    double sum = Double.longBitsToDouble(sumBits);
    ResetHint known = hint >= 0 && hint < HINTS.length ? HINTS[(int) hint] : ResetHint.UNKNOWN;
    if (schema != NativeHistogram.CUSTOM_SCHEMA) {
      return NativeHistogram.exponential(
          known,
          integer,
          (int) schema,
          zeroThreshold,
          zeroCount,
          count,
          sum,
          positive.buckets(integer),
          negative.buckets(integer));
    }
    if (zeroCount != 0 || negative.spans.size > 0 || negative.size(integer) > 0) {
      throw new IllegalArgumentException(
          "zero or negative buckets (expected: none beside custom buckets)");
    }
    return NativeHistogram.custom(
        known, integer, count, sum, bounds.doubles(), positive.buckets(integer));
  }

  private static double number(boolean integer, long bits) {
    if (!integer) {
      return Double.longBitsToDouble(bits);
    }
    // Unsigned: half of it, the lowest bit kept for rounding, is a positive long.
    return bits >= 0 ? (double) bits : (double) (bits >>> 1 | bits & 1) * 2;
  }

  private void field(WireReader reader, int end) {
    int tag = reader.tag(end);
    switch (tag) {
      case COUNT_INT -> {
        integer = true;
        countBits = reader.varint(end);
      }
      case COUNT_FLOAT -> {
        integer = false;
        countBits = reader.fixed64(end);
      }
      case SUM -> sumBits = reader.fixed64(end);
      case SCHEMA -> schema = zigzag32(reader.varint(end));
      case ZERO_THRESHOLD -> zeroThreshold = Double.longBitsToDouble(reader.fixed64(end));
      case ZERO_COUNT_INT -> {
        integerZeroCount = true;
        zeroCountBits = reader.varint(end);
      }
      case ZERO_COUNT_FLOAT -> {
        integerZeroCount = false;
        zeroCountBits = reader.fixed64(end);
      }
      case NEGATIVE_SPANS -> span(reader, reader.delimited(end), negative.spans);
      case POSITIVE_SPANS -> span(reader, reader.delimited(end), positive.spans);
      case RESET_HINT -> hint = (int) reader.varint(end);
      case TIMESTAMP -> timestampMillis = reader.varint(end);
      case START_TIMESTAMP -> startMillis = reader.varint(end);
      default -> repeatedField(reader, tag, end);
    }
  }

  private void repeatedField(WireReader reader, int tag, int end) {
    switch (tag >>> 3) {
      case NEGATIVE_DELTAS -> varints(reader, tag, end, negative.deltas);
      case NEGATIVE_COUNTS -> doubles(reader, tag, end, negative.counts);
      case POSITIVE_DELTAS -> varints(reader, tag, end, positive.deltas);
      case POSITIVE_COUNTS -> doubles(reader, tag, end, positive.counts);
      case CUSTOM_VALUES -> doubles(reader, tag, end, bounds);
      default -> {
        if (tag >>> 3 <= LAST_KNOWN) {
          throw reader.malformed(
              "field " + (tag >>> 3) + " of Histogram has wire type " + (tag & 7), reader.position);
        }
        reader.skip(tag, end);
      }
    }
  }

  /** Signed integers, packed or each a field of its own. */
  private static void varints(WireReader reader, int tag, int end, Numbers into) {
    if ((tag & 7) == WireReader.VARINT) {
      into.add(zigzag(reader.varint(end)));
      return;
    }
    reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of Histogram");
    int packedEnd = reader.delimited(end);
    while (reader.position < packedEnd) {
      into.add(zigzag(reader.varint(packedEnd)));
    }
  }

  /** Doubles, packed or each a field of its own. */
  private static void doubles(WireReader reader, int tag, int end, Numbers into) {
    if ((tag & 7) == WireReader.FIXED64) {
      into.add(reader.fixed64(end));
      return;
    }
    reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of Histogram");
    int packedEnd = reader.delimited(end);
    while (reader.position < packedEnd) {
      into.add(reader.fixed64(packedEnd));
    }
  }

  private static void span(WireReader reader, int end, Numbers into) {
    long offset = 0;
    long length = 0;
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case OFFSET -> offset = zigzag32(reader.varint(end));
        case LENGTH -> length = reader.varint(end) & 0xffff_ffffL;
        default -> {
          if (tag >>> 3 <= LENGTH >>> 3) {
            reader.expectType(tag, WireReader.VARINT, "a field of BucketSpan");
          }
          reader.skip(tag, end);
        }
      }
    }
    into.add(offset);
    into.add(length);
  }

  private static long zigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }

  /** As protobuf reads 32-bit integers: upper bits are dropped. */
  private static int zigzag32(long value) {
    int bits = (int) value;
    return bits >>> 1 ^ -(bits & 1);
  }
}
