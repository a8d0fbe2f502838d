package orzo.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.query.Explanation;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.query.SourceResolution;
import orzo.split.SampleBuffer;

/** Answers from aggregates are those from samples, where aggregates are taken unasked. */
@Timeout(120)
class TieredAnswersTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 400_000 * HOUR;
  private static final long DAYS = 2;
  private static final long NOW = START + DAYS * 24 * HOUR + 1_234_567;
  private static final double STALE = Double.longBitsToDouble(0x7ff0_0000_0000_0002L);

  private static final List<ArchivePolicy> POLICIES =
      List.of(
          policy(
              "all",
              List.of("mean", "min", "max", "sum", "count", "last", "first", "increase", "std"),
              5,
              60),
          policy("day", List.of("mean", "min", "max", "last", "increase"), 10, 24 * 60),
          policy("sums", List.of("sum", "count", "median"), 30),
          ArchivePolicy.RAW);

  private static final List<String> EXACT =
      List.of(
          "count_over_time(m[%s])",
          "present_over_time(m[%s])",
          "min_over_time(m[%s])",
          "max_over_time(m[%s])",
          "first_over_time(m[%s])",
          "last_over_time(m[%s])",
          "absent_over_time(m{series=\"0\"}[%s])",
          "m",
          "timestamp(m)",
          "m offset 1h");

  private static final List<String> NEAR =
      List.of(
          "sum_over_time(m[%s])",
          "avg_over_time(m[%s])",
          "stddev_over_time(m[%s])",
          "stdvar_over_time(m[%s])",
          "rate(m[%s])",
          "increase(m[%s] offset 2h)",
          "delta(m[%s])",
          "sum by (policy) (m)",
          "max_over_time(sum_over_time(m[1h])[%s:1h])");

  private static ArchivePolicy policy(String name, List<String> methods, int... minutes) {
    List<ArchivePolicy.Definition> definitions = new ArrayList<>();
    for (int length : minutes) {
      definitions.add(
          ArchivePolicy.Definition.of(Duration.ofMinutes(length), Duration.ofDays(1000)));
    }
    return new ArchivePolicy(
        name,
        Duration.ofDays(100),
        0,
        methods.stream().map(AggregationMethod::parse).toList(),
        definitions);
  }

  @RepeatedTest(12)
  void answersFromAggregates_areThoseFromSamples(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Map<String, Integer> tiers = new TreeMap<>();
    try (ClosingNode node = new ClosingNode(NOW, POLICIES)) {
      List<Labels> series = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String policy = POLICIES.get(i < 4 ? 0 : i % POLICIES.size()).name();
        Labels labels = Labels.of("__name__", "m", "policy", policy, "series", Integer.toString(i));
        series.add(labels);
        node.write(labels, samples(random, i));
      }
      compare(node, random, seed, tiers); // all open
      node.close(NOW);
      compare(node, random, seed, tiers);
      for (Labels labels : series) {
        if (random.nextBoolean()) {
          node.write(labels, late(random));
        }
      }
      compare(node, random, seed, tiers); // in tails
      node.awaitFlushed();
      compare(node, random, seed, tiers); // open again
      node.close(NOW);
      compare(node, random, seed, tiers);
    }
    assertThat(tiers).as("seed %d", seed).containsKeys("raw", "5m", "1h");
  }

  private static void compare(
      ClosingNode node, Random random, long seed, Map<String, Integer> tiers) {
    for (int i = 0; i < 12; i++) {
      boolean exact = i % 2 == 0;
      List<String> forms = exact ? EXACT : NEAR;
      String range = List.of("1h", "5m", "4h", "1d", "2h", "30m").get(random.nextInt(6));
      String query = String.format(Locale.ROOT, forms.get(random.nextInt(forms.size())), range);
      long step = List.of(HOUR, 300_000L, 4 * HOUR, HOUR / 2).get(random.nextInt(4));
      long start = START + random.nextInt(6) * step;
      long end = NOW + random.nextInt(3) * HOUR;
      QueryResult tiered = ask(node, query, start, end, step, SourceResolution.AUTOMATIC);
      QueryResult raw = ask(node, query, start, end, step, new SourceResolution.AtMost(0));
      note(tiered.explanation().orElseThrow(), tiers);
      String what =
          "seed "
              + seed
              + ": "
              + query
              + " step "
              + step / 60_000
              + "m start "
              + start
              + " by "
              + tiered.explanation().orElseThrow();
      assertSame(what, exact, tiered.value(), raw.value());
      assertThat(tiered.warnings()).as(what).isEqualTo(raw.warnings());
      assertThat(tiered.infos()).as(what).isEqualTo(raw.infos());
    }
  }

  private static QueryResult ask(
      ClosingNode node,
      String query,
      long start,
      long end,
      long step,
      SourceResolution resolution) {
    return node.engine.range(
        Tenant.DEFAULT,
        query,
        start,
        end,
        step,
        QueryOptions.DEFAULT.withResolution(resolution).withExplain(true));
  }

  private static void note(Explanation explanation, Map<String, Integer> tiers) {
    explanation
        .scan()
        .ifPresent(scan -> scan.tiers().forEach(tier -> tiers.merge(tier.tier(), 1, Integer::sum)));
    explanation.operands().forEach(operand -> note(operand, tiers));
  }

  private static void assertSame(
      String what, boolean exact, QueryValue tieredValue, QueryValue rawValue) {
    QueryValue.Matrix tiered = (QueryValue.Matrix) tieredValue;
    QueryValue.Matrix raw = (QueryValue.Matrix) rawValue;
    assertThat(tiered.series()).as(what).isEqualTo(raw.series());
    for (int i = 0; i < raw.series().size(); i++) {
      SampleBuffer found = tiered.samples().get(i);
      SampleBuffer expected = raw.samples().get(i);
      String where = what + ", " + raw.series().get(i);
      assertThat(times(found)).as(where).isEqualTo(times(expected));
      for (int s = 0; s < expected.size; s++) {
        String at = where + " at " + expected.timestampsMillis[s];
        double value = expected.values[s];
        if (exact || !Double.isFinite(value)) {
          assertThat(Double.valueOf(found.values[s])).as(at).isEqualTo(Double.valueOf(value));
        } else {
          double tolerance = 1e-9 * Math.max(Math.abs(value), 1000);
          assertThat(Math.abs(found.values[s] - value))
              .as("%s: %s instead of %s", at, found.values[s], value)
              .isLessThanOrEqualTo(tolerance);
        }
      }
    }
  }

  private static List<Long> times(SampleBuffer samples) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < samples.size; i++) {
      times.add(samples.timestampsMillis[i]);
    }
    return times;
  }

  /** Regular or not, on borders or off, with gaps; gauges, counters with resets, odd numbers. */
  private static SampleBuffer samples(Random random, int i) {
    SampleBuffer samples = new SampleBuffer(1000);
    long interval = List.of(60_000L, 150_000L, 47_000L, 1_260_000L).get(random.nextInt(4));
    boolean regular = random.nextBoolean();
    boolean odd = i % 3 == 0;
    double counter = random.nextInt(100);
    long time = START - 3 * HOUR + (random.nextBoolean() ? 0 : random.nextInt(60_000));
    while (time < NOW) {
      counter = random.nextInt(80) == 0 ? random.nextInt(5) : counter + random.nextInt(20);
      double value = i % 2 == 0 ? counter : random.nextInt(200_000) / 1000.0 - 100;
      samples.add(time, odd && random.nextInt(60) == 0 ? oddValue(random) : value);
      if (random.nextInt(150) == 0) {
        samples.add(time + 1, STALE);
        time += random.nextInt((int) (7 * HOUR));
        time -= regular ? time % interval : 0;
      }
      time += regular ? interval : 2 + random.nextLong(2 * interval);
    }
    return samples;
  }

  private static double oddValue(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Double.POSITIVE_INFINITY;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> STALE;
      case 3 -> -0.0;
      default -> Double.NaN;
    };
  }

  /** Some new, some in the place of others. */
  private static SampleBuffer late(Random random) {
    SampleBuffer samples = new SampleBuffer(20);
    long time = START;
    while (samples.size < 20) {
      time += random.nextInt(3 * (int) HOUR);
      time -= random.nextBoolean() ? time % HOUR : 0;
      if (samples.size == 0 || samples.timestampsMillis[samples.size - 1] < time) {
        samples.add(time, random.nextInt(10) == 0 ? STALE : random.nextInt(100));
      }
    }
    return samples;
  }
}
