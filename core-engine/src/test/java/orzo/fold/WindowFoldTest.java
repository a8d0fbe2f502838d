package orzo.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import orzo.metric.AggregationMethod;
import orzo.split.SampleBuffer;

/** Values from rows against the same values recomputed from samples, the simplest way. */
class WindowFoldTest {
  private static final List<AggregationMethod> METHODS = new ArrayList<>();

  static {
    for (String name :
        "mean sum last max min std median first count 1pct 37pct 95pct 99pct".split(" ", -1)) {
      METHODS.add(AggregationMethod.parse(name));
      METHODS.add(AggregationMethod.parse("rate:" + name));
    }
    METHODS.add(AggregationMethod.parse("increase"));
  }

  private static final AggregateSchema ALL = AggregateSchema.of(METHODS);
  private static final int RUNS = 4000;

  /** Samples without staleness markers. */
  private record Sample(long millis, double value) {}

  @Test
  void value_ofEachMethodAndWindow_isThatOfItsSamples() {
    WindowValues values = new WindowValues();
    for (int seed = 0; seed < RUNS; seed++) {
      RandomSeries series = new RandomSeries(seed);
      SampleBuffer samples = series.samples(200);
      long g = series.granularityMillis;
      AggregateRows rows = fold(samples, g);
      List<Sample> real = real(samples);
      for (int i = 0; i < rows.size; i++) {
        for (AggregationMethod method : METHODS) {
          long start = rows.startsMillis[i];
          assertThat(Math.floorMod(start, g)).isZero();
          double expected = naive(method, real, start, start + g - 1);
          assertValue(
              "seed " + seed + " " + method + " of " + start,
              values.value(method, rows, i),
              expected,
              scale(real));
        }
      }
      assertThat(rows.size).isEqualTo(numberOfWindows(samples, g));
    }
  }

  @Test
  void values_ofAllRowsFromOneOn_areThoseOfEachRow() {
    WindowValues values = new WindowValues();
    AggregateSchema few = AggregateSchema.of(List.of(AggregationMethod.parse("last")));
    for (int seed = 0; seed < RUNS; seed++) {
      RandomSeries series = new RandomSeries(seed);
      AggregateRows rows = fold(series.samples(200), series.granularityMillis);
      if (seed % 4 == 0) { // parts that a split lacks because nobody asked for them then
        AggregateRows without = new AggregateRows(few);
        without.addAll(rows, 0, rows.size);
        rows = new AggregateRows(seed % 8 == 0 ? ALL : few);
        rows.addAll(without, 0, without.size);
      }
      int from = series.random.nextInt(rows.size);
      for (AggregationMethod method : METHODS) {
        if (!rows.schema().equals(ALL)
            && method.function() == AggregationMethod.Function.INCREASE) {
          continue; // its parts are asked for by nobody
        }
        double[] all = new double[rows.size - from];
        values.values(method, rows, from, all);
        for (int row = from; row < rows.size; row++) {
          assertThat(bits(all[row - from]))
              .as("seed %d, %s of row %d", seed, method, row)
              .isEqualTo(bits(values.value(method, rows, row)));
        }
      }
    }
  }

  /** Tells no value from a NaN, but not one NaN from another. */
  private static long bits(double value) {
    return AggregateRows.isNone(value)
        ? Double.doubleToRawLongBits(value)
        : Double.doubleToLongBits(value);
  }

  @Test
  void addRightOpen_ofFinerRows_isTheCoarserWindow() {
    RowMerge merge = new RowMerge();
    for (int seed = 0; seed < RUNS; seed++) {
      RandomSeries series = new RandomSeries(seed);
      SampleBuffer samples = series.samples(200);
      long g = series.granularityMillis;
      AggregateRows rows = fold(samples, g);
      List<Sample> real = real(samples);
      long start = rows.startsMillis[series.random.nextInt(rows.size)];
      long end = start + g * series.random.nextInt(1, 8);
      merge.clear();
      List<Sample> before = between(real, Long.MIN_VALUE, start - 1);
      if (!before.isEmpty()) {
        merge.startAfter(before.getLast().value());
      }
      merge.addRightOpen(rows, 0, start, end);
      for (AggregationMethod method : METHODS) {
        if (AggregateSchema.percentile(method) == 0) {
          assertValue(
              "seed " + seed + " " + method,
              merge.value(method),
              naive(method, real, start, end - 1),
              scale(real));
        }
      }
    }
  }

  @Test
  void addLeftOpen_isTheWindowOfPromql() {
    RowMerge merge = new RowMerge();
    for (int seed = 0; seed < RUNS; seed++) {
      RandomSeries series = new RandomSeries(seed);
      SampleBuffer samples = series.samples(200);
      long g = series.granularityMillis;
      AggregateRows rows = fold(samples, g);
      List<Sample> real = real(samples);
      long start = rows.startsMillis[series.random.nextInt(rows.size)];
      long width = g * series.random.nextInt(1, 8);
      int row = 0;
      for (int step = 0; step < 4; step++, start += width) {
        long end = start + width;
        merge.clear();
        row = merge.addLeftOpen(rows, row, start, end);
        List<Sample> inside = between(real, start + 1, end);
        String what = "seed " + seed + " (" + start + ", " + end + "]";
        for (AggregationMethod method : METHODS) {
          if (AggregateSchema.percentile(method) == 0 && !method.rate()) {
            assertValue(
                what + " " + method,
                merge.value(method),
                naive(method, inside, start + 1, end),
                scale(real));
          }
        }
        if (!inside.isEmpty()) {
          assertThat(merge.firstMillis()).as(what).isEqualTo(inside.getFirst().millis());
          assertThat(merge.lastMillis()).as(what).isEqualTo(inside.getLast().millis());
          double mean = inside.stream().mapToDouble(Sample::value).sum() / inside.size();
          double squares =
              inside.stream().mapToDouble(s -> (s.value() - mean) * (s.value() - mean)).sum();
          assertValue(
              what, merge.populationVariance(), squares / inside.size(), square(scale(real)));
        }
        assertThat(merge.endsStale()).as(what).isEqualTo(endsStale(samples, start, end));
      }
    }
  }

  @Test
  void mergeLate_keepsWhatFoldingAllTogetherGives() {
    WindowValues values = new WindowValues();
    List<AggregationMethod> exact =
        METHODS.stream()
            .filter(method -> !method.rate() && AggregateSchema.percentile(method) == 0)
            .filter(method -> method.function() != AggregationMethod.Function.INCREASE)
            .toList();
    for (int seed = 0; seed < RUNS; seed++) {
      RandomSeries series = new RandomSeries(seed);
      SampleBuffer samples = series.samples(200);
      SampleBuffer some = new SampleBuffer(0);
      SampleBuffer late = new SampleBuffer(0);
      for (int i = 0; i < samples.size; i++) {
        (series.random.nextInt(4) == 0 ? late : some)
            .add(samples.timestampsMillis[i], samples.values[i]);
      }
      AggregateRows merged = fold(some, series.granularityMillis);
      AggregateRows lateRows = fold(late, series.granularityMillis);
      merged.mergeLate(lateRows, 0, lateRows.size);
      AggregateRows all = fold(samples, series.granularityMillis);
      assertThat(Arrays.copyOf(merged.startsMillis, merged.size))
          .as("seed " + seed)
          .isEqualTo(Arrays.copyOf(all.startsMillis, all.size));
      for (int i = 0; i < all.size; i++) {
        for (AggregationMethod method : exact) {
          assertValue(
              "seed " + seed + " " + method,
              values.value(method, merged, i),
              values.value(method, all, i),
              scale(real(samples)));
        }
      }
    }
  }

  @Test
  void replace_putsOnlyTheRangeInPlace() {
    for (int seed = 0; seed < 500; seed++) {
      RandomSeries series = new RandomSeries(seed);
      AggregateRows rows = fold(series.samples(100), series.granularityMillis);
      AggregateRows others = fold(series.samples(100), series.granularityMillis);
      long from = rows.startsMillis[series.random.nextInt(rows.size)];
      long to = from + series.random.nextInt(20) * series.granularityMillis;
      List<Long> expected = new ArrayList<>();
      for (int i = 0; i < rows.size; i++) {
        if (rows.startsMillis[i] < from || rows.startsMillis[i] >= to) {
          expected.add(rows.startsMillis[i]);
        }
      }
      for (int i = 0; i < others.size; i++) {
        if (others.startsMillis[i] >= from && others.startsMillis[i] < to) {
          expected.add(others.startsMillis[i]);
        }
      }
      expected.sort(Comparator.naturalOrder());
      rows.replace(from, to, others);
      assertThat(Arrays.stream(rows.startsMillis, 0, rows.size).boxed().toList())
          .as("seed " + seed)
          .isEqualTo(expected);
    }
  }

  private static AggregateRows fold(SampleBuffer samples, long granularityMillis) {
    AggregateRows rows = new AggregateRows(ALL);
    new WindowFold(ALL).fold(samples, 0, samples.size, granularityMillis, rows);
    return rows;
  }

  private static List<Sample> real(SampleBuffer samples) {
    List<Sample> real = new ArrayList<>();
    for (int i = 0; i < samples.size; i++) {
      if (!isStale(samples.values[i])) {
        real.add(new Sample(samples.timestampsMillis[i], samples.values[i]));
      }
    }
    return real;
  }

  private static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(RandomSeries.STALE);
  }

  private static boolean endsStale(SampleBuffer samples, long start, long end) {
    boolean stale = false;
    for (int i = 0; i < samples.size; i++) {
      if (samples.timestampsMillis[i] > start && samples.timestampsMillis[i] <= end) {
        stale = isStale(samples.values[i]);
      }
    }
    return stale;
  }

  private static long numberOfWindows(SampleBuffer samples, long g) {
    return Arrays.stream(samples.timestampsMillis, 0, samples.size)
        .map(millis -> Math.floorDiv(millis, g))
        .distinct()
        .count();
  }

  private static List<Sample> between(List<Sample> samples, long from, long to) {
    return samples.stream().filter(s -> s.millis() >= from && s.millis() <= to).toList();
  }

  /** What rounding is measured against: sums and differences of numbers of this size. */
  private static double scale(List<Sample> samples) {
    double size = 1;
    for (Sample sample : samples) {
      if (Double.isFinite(sample.value())) {
        size += Math.abs(sample.value());
      }
    }
    return size;
  }

  private static double square(double value) {
    return value * value;
  }

  private static double naive(AggregationMethod method, List<Sample> all, long from, long to) {
    double[] v =
        method.rate()
            ? differences(all, from, to)
            : between(all, from, to).stream().mapToDouble(Sample::value).toArray();
    if (v.length == 0) {
      return AggregateRows.NONE;
    }
    return switch (method.function()) {
      case COUNT -> v.length;
      case SUM -> sum(v);
      case MEAN -> sum(v) / v.length;
      case MIN -> Arrays.stream(v).filter(x -> !Double.isNaN(x)).min().orElse(Double.NaN);
      case MAX -> Arrays.stream(v).filter(x -> !Double.isNaN(x)).max().orElse(Double.NaN);
      case FIRST -> v[0];
      case LAST -> v[v.length - 1];
      case STD -> {
        double mean = sum(v) / v.length;
        double squares = Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum();
        yield v.length < 2 ? AggregateRows.NONE : Math.sqrt(squares / (v.length - 1));
      }
      case MEDIAN -> percentile(50, v);
      case PERCENTILE -> percentile(method.percentile(), v);
      case INCREASE -> increase(all, from, to);
    };
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double[] differences(List<Sample> all, long from, long to) {
    List<Double> found = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).millis() >= from && all.get(i).millis() <= to) {
        found.add(all.get(i).value() - all.get(i - 1).value());
      }
    }
    return found.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double percentile(int percentile, double[] values) {
    if (Arrays.stream(values).anyMatch(Double::isNaN)) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double rank = percentile * (sorted.length - 1) / 100.0;
    double low = sorted[(int) Math.floor(rank)];
    double high = sorted[(int) Math.ceil(rank)];
    double weight = rank - Math.floor(rank);
    return low == high ? low : low * (1 - weight) + high * weight;
  }

  private static double increase(List<Sample> all, long from, long to) {
    List<Sample> inside = between(all, from, to);
    List<Sample> before = between(all, Long.MIN_VALUE, from - 1);
    double previous = before.isEmpty() ? inside.getFirst().value() : before.getLast().value();
    double increase = inside.getLast().value() - previous;
    for (Sample sample : inside) {
      increase += sample.value() < previous ? previous : 0;
      previous = sample.value();
    }
    return increase;
  }

  private static void assertValue(String what, double actual, double expected, double scale) {
    if (Double.isFinite(expected) && !AggregateRows.isNone(expected)) {
      assertThat(actual)
          .as(what)
          .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-9 * scale));
    } else {
      assertThat(AggregateRows.isNone(actual)).as(what).isEqualTo(AggregateRows.isNone(expected));
      assertThat(Double.compare(actual, expected))
          .as(what + ": " + actual + " for " + expected)
          .isZero();
    }
  }
}
