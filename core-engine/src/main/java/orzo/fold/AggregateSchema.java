package orzo.fold;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.metric.AggregationMethod;

/**
 * Which columns rows of aggregates have: parts, and percentiles of a window's samples and of their
 * differences. Immutable. {@link Part#COUNT} and {@link Part#BORDER} are in every schema.
 */
public final class AggregateSchema {
  private static final int[] NO_PERCENTILES = {};

  private final int parts;
  private final int[] percentiles;
  private final int[] differencePercentiles;

  private AggregateSchema(int parts, int[] percentiles, int[] differencePercentiles) {
    this.parts = parts | Part.COUNT.bit() | Part.BORDER.bit();
    this.percentiles = percentiles;
    this.differencePercentiles = differencePercentiles;
  }

  /** The columns that these methods need. */
  public static AggregateSchema of(Collection<AggregationMethod> methods) {
    int parts = 0;
    BitSet percentiles = new BitSet();
    BitSet differencePercentiles = new BitSet();
    for (AggregationMethod method : methods) {
      parts |= method.rate() ? differenceParts(method.function()) : parts(method.function());
      int percentile = percentile(method);
      if (percentile > 0) {
        (method.rate() ? differencePercentiles : percentiles).set(percentile);
      }
    }
    return new AggregateSchema(
        parts, percentiles.stream().toArray(), differencePercentiles.stream().toArray());
  }

  /** These parts and no percentiles. */
  public static AggregateSchema ofParts(Set<Part> parts) {
    int bits = 0;
    for (Part part : parts) {
      bits |= part.bit();
    }
    return new AggregateSchema(bits, NO_PERCENTILES, NO_PERCENTILES);
  }

  /**
   * Whether a method is a median or a percentile, of values or differences: those of a longer
   * window do not follow from those of the windows in it.
   */
  public static boolean isPercentile(AggregationMethod method) {
    return percentile(method) > 0;
  }

  /** Which percentile a method is, the median being the 50th; 0 if none. */
  static int percentile(AggregationMethod method) {
    return switch (method.function()) {
      case MEDIAN -> 50;
      case PERCENTILE -> method.percentile();
      case MEAN, SUM, LAST, MAX, MIN, STD, FIRST, COUNT, INCREASE -> 0;
    };
  }

  private static int parts(AggregationMethod.Function function) {
    return switch (function) {
      case MEAN, SUM -> Part.SUM.bit();
      case LAST -> Part.LAST.bit() | Part.LAST_TIME.bit();
      case MAX -> Part.MAX.bit();
      case MIN -> Part.MIN.bit();
      case STD -> Part.SUM.bit() | Part.SECOND_MOMENT.bit();
      case FIRST -> Part.FIRST.bit() | Part.FIRST_TIME.bit();
      case INCREASE ->
          Part.DROPS.bit()
              | Part.FIRST.bit()
              | Part.FIRST_TIME.bit()
              | Part.LAST.bit()
              | Part.LAST_TIME.bit();
      case COUNT, MEDIAN, PERCENTILE -> 0;
    };
  }

  /** Parts of the differences; what happens between windows needs their first and last values. */
  private static int differenceParts(AggregationMethod.Function function) {
    int ends = Part.FIRST.bit() | Part.LAST.bit();
    return switch (function) {
      case MEAN, SUM -> ends | Part.DIFFERENCE_SUM.bit();
      case LAST -> ends | Part.DIFFERENCE_LAST.bit();
      case MAX -> ends | Part.DIFFERENCE_MAX.bit();
      case MIN -> ends | Part.DIFFERENCE_MIN.bit();
      case STD -> ends | Part.DIFFERENCE_SUM.bit() | Part.DIFFERENCE_SECOND_MOMENT.bit();
      case FIRST -> ends | Part.DIFFERENCE_FIRST.bit();
      case COUNT -> ends;
      case MEDIAN, PERCENTILE, INCREASE -> 0;
    };
  }

  /** Whether there is that column. */
  public boolean has(Part part) {
    return (parts & part.bit()) != 0;
  }

  /** Whether a part tells of differences. */
  boolean hasDifferences() {
    return parts >= Part.DIFFERENCE_SUM.bit();
  }

  /** The parts, in order. */
  public Set<Part> parts() {
    Set<Part> found = EnumSet.noneOf(Part.class);
    for (int i = 0; i < Part.number(); i++) {
      if (has(Part.of(i))) {
        found.add(Part.of(i));
      }
    }
    return found;
  }

  /** The percentiles of windows, ascending. */
  public int[] percentiles() {
    return percentiles.clone();
  }

  /** The percentiles of the differences of windows, ascending. */
  public int[] differencePercentiles() {
    return differencePercentiles.clone();
  }

  /** Whether all columns of another schema are in this one. */
  public boolean covers(AggregateSchema other) {
    return union(other).equals(this);
  }

  /** The columns of both. */
  public AggregateSchema union(AggregateSchema other) {
    return new AggregateSchema(
        parts | other.parts,
        union(percentiles, other.percentiles),
        union(differencePercentiles, other.differencePercentiles));
  }

  private static int[] union(int[] some, int[] others) {
    if (Arrays.equals(some, others)) {
      return some;
    }
    BitSet both = new BitSet();
    for (int percentile : some) {
      both.set(percentile);
    }
    for (int percentile : others) {
      both.set(percentile);
    }
    return both.stream().toArray();
  }

  int percentileIndex(int percentile) {
    return Arrays.binarySearch(percentiles, percentile);
  }

  int differencePercentileIndex(int percentile) {
    return Arrays.binarySearch(differencePercentiles, percentile);
  }

  int numberOfPercentiles() {
    return percentiles.length;
  }

  int numberOfDifferencePercentiles() {
    return differencePercentiles.length;
  }

  int percentileAt(int index) {
    return percentiles[index];
  }

  int differencePercentileAt(int index) {
    return differencePercentiles[index];
  }

  /** Appends what {@link #read} reads: a set of bits, and percentiles as their differences. */
  void write(ByteArrayWriter out) {
    out.writeVarint(parts);
    write(percentiles, out);
    write(differencePercentiles, out);
  }

  private static void write(int[] percentiles, ByteArrayWriter out) {
    out.writeVarint(percentiles.length);
    int previous = 0;
    for (int percentile : percentiles) {
      out.writeVarint((long) percentile - previous);
      previous = percentile;
    }
  }

  /**
   * Reads what {@link #write} appends.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#CORRUPT}
   */
  static AggregateSchema read(ByteArrayReader in) {
    int parts = in.readVarint("parts", 0, (1 << Part.number()) - 1);
    return new AggregateSchema(parts, readPercentiles(in), readPercentiles(in));
  }

  private static int[] readPercentiles(ByteArrayReader in) {
    int[] percentiles = new int[in.readVarint("number of percentiles", 0, 99)];
    int previous = 0;
    for (int i = 0; i < percentiles.length; i++) {
      previous += in.readVarint("step to the next percentile", 1, 99 - previous);
      percentiles[i] = previous;
    }
    return percentiles;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AggregateSchema schema
        && schema.parts == parts
        && Arrays.equals(schema.percentiles, percentiles)
        && Arrays.equals(schema.differencePercentiles, differencePercentiles);
  }

  @Override
  public int hashCode() {
    return (parts * 31 + Arrays.hashCode(percentiles)) * 31
        + Arrays.hashCode(differencePercentiles);
  }

  @Override
  public String toString() {
    return parts()
        + " percentiles "
        + Arrays.toString(percentiles)
        + " of differences "
        + Arrays.toString(differencePercentiles);
  }
}
