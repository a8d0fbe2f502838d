package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSplit;
import orzo.fold.AggregateSplitDecoder;
import orzo.fold.Part;
import orzo.fold.Tier;
import orzo.fold.WindowFold;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.RawSplitCodec.State;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;
import orzo.storage.SplitKey;
import orzo.storage.StoredSplit;

@Timeout(60)
class ClosingTest {
  private static final Labels POT = Labels.of("__name__", "boils", "pot", "a");
  private static final int SACKS = 2;

  /** A day does not fit a raw split: its windows are kept as six. */
  private static final ArchivePolicy POLICY =
      new ArchivePolicy(
          "test",
          Duration.ofDays(36_000),
          0,
          List.of("mean", "min", "max", "count", "last", "first", "increase", "std", "median")
              .stream()
              .map(AggregationMethod::parse)
              .toList(),
          List.of(
              ArchivePolicy.Definition.of(Duration.ofMinutes(5), Duration.ofDays(36_000)),
              ArchivePolicy.Definition.of(Duration.ofDays(1), Duration.ofDays(36_000))));

  /** Late enough that every time in these tests is long over. */
  private final AtomicLong clockOffset = new AtomicLong(1_000_000_000_000L);

  private final InMemoryStorage storage = new InMemoryStorage(SACKS, this::now);

  private long now() {
    return clockOffset.get() + System.nanoTime() / 1_000_000;
  }

  private Node node(ArchivePolicy policy) {
    return node(policy, Node.LONG_TTL);
  }

  private Node node(ArchivePolicy policy, Duration leaseTtl) {
    return new Node(
        storage,
        new SackOwnership.Settings("one", leaseTtl, Duration.ofMillis(20), Duration.ofMillis(20)),
        policy,
        this::now);
  }

  /**
   * Whatever comes in, in whatever order, through whatever failures: in the end what is stored as
   * aggregates is what folding all acknowledged samples at once makes of them.
   */
  @RepeatedTest(8)
  void aggregates_throughLateSamplesKillsAndFailures_areThoseOfAllSamples(
      RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Map<String, Map<Long, Double>> expected = new TreeMap<>();
    Node node = node(POLICY);
    try {
      for (int round = 0; round < 80; round++) {
        switch (random.nextInt(12)) {
          case 0 -> {
            node.kill();
            node = node(POLICY);
          }
          case 1 -> storage.loseReply(Operation.FLUSH);
          case 2 ->
              storage.failNext(
                  Operation.FLUSH, new GatewayException(Kind.UNAVAILABLE, "failure on demand"));
          case 3 ->
              storage.failNext(
                  Operation.READ_SPLITS,
                  new GatewayException(Kind.UNAVAILABLE, "failure on demand"));
          case 4 -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(150)));
          default -> write(node, random, expected);
        }
      }
      awaitClosed();
      expected.forEach((pot, samples) -> assertAggregates(pot, samples, seed));
    } finally {
      node.close();
    }
  }

  private static void write(Node node, Random random, Map<String, Map<Long, Double>> expected) {
    String pot = "p" + random.nextInt(3);
    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 400 : 10);
    long[] timestamps = new long[count];
    double[] values = new double[count];
    long at = (random.nextInt(2500) - 500) * 15_000L;
    var series = expected.computeIfAbsent(pot, name -> new TreeMap<>());
    for (int i = 0; i < count; i++) {
      at += random.nextInt(10) == 0 ? -random.nextInt(60_000) : 15_000;
      timestamps[i] = at;
      values[i] =
          random.nextInt(20) == 0
              ? Double.longBitsToDouble(0x7ff0000000000002L)
              : random.nextInt(1000) / 10.0;
      series.put(at, values[i]);
    }
    node.write(Labels.of("__name__", "boils", "pot", pot), timestamps, values);
  }

  @Test
  void closedSplit_isDenseAndMarkedAsClosed() {
    try (Node node = node(POLICY)) {
      for (int i = 0; i < 40; i++) {
        node.write(POT, new long[] {i * 1000L}, new double[] {i});
      }
      awaitClosed();

      byte[] raw = raw(0);
      assertThat(RawSplitCodec.state(raw)).isEqualTo(State.CLOSED);
      assertThat(node.readAll(0, 100_000).get(POT.toString())).hasSize(40);
    }
  }

  @Test
  void lateSampleInAClosedSplit_opensItAndClosingMakesItsWindowsAnew() {
    try (Node node = node(POLICY)) {
      node.write(POT, new long[] {1000, 2000, 300_001}, new double[] {1, 2, 3});
      awaitClosed();
      node.write(POT, new long[] {1500}, new double[] {10});
      node.write(POT, new long[] {2000}, new double[] {20});
      awaitClosed();

      AggregateRows rows = stored(POT, POLICY, Tier.of(POLICY).getFirst());
      assertThat(rows.size).isEqualTo(2);
      assertThat(rows.integers(Part.COUNT)[0]).isEqualTo(3);
      assertThat(rows.doubles(Part.SUM)[0]).isEqualTo(31);
      assertThat(rows.doubles(Part.LAST)[0]).isEqualTo(20);
      assertThat(RawSplitCodec.state(raw(0))).isEqualTo(State.CLOSED);
    }
  }

  @Test
  void lateSampleWhereRawHasExpired_isMergedAndTheRawSplitGoes() {
    ArchivePolicy policy =
        new ArchivePolicy(
            "short",
            Duration.ofHours(1),
            0,
            POLICY.methods(),
            List.of(ArchivePolicy.Definition.of(Duration.ofMinutes(5), Duration.ofDays(900))));
    try (Node node = node(policy)) {
      node.write(POT, new long[] {1000, 2000}, new double[] {1, 2});
      awaitClosed();
      clockOffset.addAndGet(Duration.ofHours(3).toMillis());
      assertThat(storage.splits().read(sack(POT, policy), List.of(new SplitKey(0, 0)))).isEmpty();

      node.write(POT, new long[] {1500}, new double[] {10});
      awaitClosed();

      AggregateRows rows = stored(POT, policy, Tier.of(policy).getFirst());
      assertThat(rows.size).isEqualTo(1);
      assertThat(rows.integers(Part.COUNT)[0]).isEqualTo(3);
      assertThat(rows.doubles(Part.SUM)[0]).isEqualTo(13);
      assertThat(rows.doubles(Part.MAX)[0]).isEqualTo(10);
      assertThat(rows.doubles(Part.LAST)[0]).isEqualTo(2);
      assertThat(storage.splits().read(sack(POT, policy), List.of(new SplitKey(0, 0)))).isEmpty();
    }
  }

  @Test
  void whatTheNewestSampleMakesTooOld_isRemoved() {
    ArchivePolicy policy =
        new ArchivePolicy(
            "week",
            Duration.ofHours(8),
            0,
            POLICY.methods(),
            List.of(ArchivePolicy.Definition.of(Duration.ofMinutes(5), Duration.ofDays(7))));
    long spans = Duration.ofDays(21).toMillis() / RawSplit.SPAN_MILLIS;
    try (Node node = node(policy)) {
      for (int span = 0; span < spans; span++) {
        node.write(POT, new long[] {span * RawSplit.SPAN_MILLIS + 1}, new double[] {span});
        if (span % 6 == 5) {
          awaitClosed();
        }
      }
      awaitClosed();

      int sack = sack(POT, policy);
      List<SplitKey> raw = new ArrayList<>();
      List<SplitKey> aggregates = new ArrayList<>();
      for (long start = 0; start < spans * RawSplit.SPAN_MILLIS; start += RawSplit.SPAN_MILLIS) {
        raw.add(new SplitKey(0, start));
      }
      long aggregateSpan = AggregateSplit.spanMillis(300_000);
      for (long start = 0; start < spans * RawSplit.SPAN_MILLIS; start += aggregateSpan) {
        aggregates.add(new SplitKey(0, 300_000, start));
      }
      assertThat(storage.splits().read(sack, raw))
          .hasSize(3); // 8 hours and what is left of the split before
      long newest = (spans - 1) * RawSplit.SPAN_MILLIS;
      assertThat(storage.splits().read(sack, aggregates))
          .hasSizeBetween(5, 6)
          .allSatisfy(split ->
              assertThat(split.key().startMillis() + aggregateSpan)
                  .isGreaterThan(newest - Duration.ofDays(7).toMillis()));
    }
  }

  @Test
  void damagedSplit_holdsUpNoOther() {
    try (Node node = node(POLICY)) {
      node.write(POT, new long[] {1000}, new double[] {1});
      awaitClosed();
      storage.damage(sack(POT, POLICY), new SplitKey(0, 300_000, 0));
      long later = AggregateSplit.spanMillis(300_000);
      node.write(POT, new long[] {2000, later + 1}, new double[] {1, 2});

      await(() -> openSplits() == 1);
      assertThat(node.readAll(0, 2 * later).get(POT.toString())).hasSize(3);
    }
  }

  @Test
  void damagedSplit_staysMarked_andIsClosedOnceItIsWhole() {
    // The same owner all the time: another would begin with what is marked.
    try (Node node = node(POLICY, Duration.ofDays(10))) {
      int sack = sack(POT, POLICY);
      SplitKey windows = new SplitKey(0, 300_000, 0);
      node.write(POT, new long[] {1000}, new double[] {1});
      awaitClosed();
      byte[] whole = storage.splits().read(sack, List.of(windows)).getFirst().bytes();
      storage.damage(sack, windows);
      long later = AggregateSplit.spanMillis(300_000);
      node.write(POT, new long[] {2000, later + 1}, new double[] {1, 2});
      await(() ->
          openSplits() == 1 && storage.splits().openSplits(sack).getFirst().startMillis() == 0);

      storage.restore(sack, windows, whole);
      clockOffset.addAndGet(Duration.ofHours(2).toMillis());
      awaitClosed();
      assertThat(stored(POT, POLICY, Tier.of(POLICY).getFirst()).integers(Part.COUNT)[0])
          .isEqualTo(2);
    }
  }

  @Test
  void samplesThatAClosedSplitHas_areNotKeptInMemory() {
    try (Node node = node(POLICY)) {
      int sack = sack(POT, POLICY);
      node.write(POT, new long[] {1000, 2000}, new double[] {1, 2});
      awaitClosed();
      node.write(POT, new long[] {1000, 2000}, new double[] {1, 2});
      node.ownership.catchUp(sack);
      await(() -> node.ownership.copy(sack, new int[] {0}, 0, 10_000).getFirst() == null);
      assertThat(openSplits()).isZero();
      assertThat(RawSplitCodec.state(raw(0))).isEqualTo(State.CLOSED);
      assertThat(node.readAll(0, 100_000).get(POT.toString())).hasSize(2);
    }
  }

  private byte[] raw(long start) {
    List<StoredSplit> found =
        storage.splits().read(sack(POT, POLICY), List.of(new SplitKey(0, start)));
    assertThat(found).hasSize(1);
    return found.getFirst().bytes();
  }

  private static int sack(Labels labels, ArchivePolicy policy) {
    return Metric.of(Tenant.DEFAULT, labels, policy.name()).sack(SACKS);
  }

  private void assertAggregates(String pot, Map<Long, Double> expected, long seed) {
    Labels labels = Labels.of("__name__", "boils", "pot", pot);
    SampleBuffer samples = new SampleBuffer(expected.size());
    expected.forEach(samples::add);
    for (Tier tier : Tier.of(POLICY)) {
      AggregateRows all = new AggregateRows(tier.schema());
      new WindowFold(tier.schema()).fold(samples, 0, samples.size, tier.granularityMillis(), all);
      AggregateRows found = stored(labels, POLICY, tier);
      String what = "seed " + seed + ", " + pot + ", " + tier.granularityMillis() + " ms";
      assertThat(found.size).as(what).isEqualTo(all.size);
      for (int row = 0; row < all.size; row++) {
        String where = what + ", window " + all.startsMillis[row];
        assertThat(found.startsMillis[row]).as(where).isEqualTo(all.startsMillis[row]);
        assertThat(found.flags[row]).as(where).isEqualTo(all.flags[row]);
        for (Part part : tier.schema().parts()) {
          if (part.isInteger()) {
            assertThat(found.integers(part)[row])
                .as(where + " " + part)
                .isEqualTo(all.integers(part)[row]);
          } else {
            assertThat(Double.doubleToRawLongBits(found.doubles(part)[row]))
                .as(where + " " + part)
                .isEqualTo(Double.doubleToRawLongBits(all.doubles(part)[row]));
          }
        }
      }
    }
  }

  /** All stored windows of a series. */
  private AggregateRows stored(Labels labels, ArchivePolicy policy, Tier tier) {
    int sack = sack(labels, policy);
    int series =
        storage.catalog().register(sack, List.of(Metric.of(Tenant.DEFAULT, labels, "test")))[0];
    AggregateRows rows = new AggregateRows(tier.schema());
    long span = AggregateSplit.spanMillis(tier.granularityMillis());
    long first = AggregateSplit.startOf(tier.granularityMillis(), -60_000_000);
    for (long start = first; start < 60_000_000; start += span) {
      SplitKey key = new SplitKey(series, tier.granularityMillis(), start);
      for (StoredSplit split : storage.splits().read(sack, List.of(key))) {
        new AggregateSplitDecoder()
            .decode(
                tier.granularityMillis(),
                start,
                split.bytes(),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                rows);
      }
    }
    return rows;
  }

  private int openSplits() {
    int open = 0;
    for (int sack = 0; sack < SACKS; sack++) {
      open +=
          storage.splits().openSplits(sack).stream()
              .mapToInt(span -> span.series().cardinality())
              .sum();
    }
    return open;
  }

  /** Waits until all that is written is flushed and closed; failures on demand are used up then. */
  private void awaitClosed() {
    await(() -> {
      try {
        for (int sack = 0; sack < SACKS; sack++) {
          if (storage.backlog().length(sack) > 0) {
            return false;
          }
        }
        return openSplits() == 0;
      } catch (GatewayException e) {
        return false;
      }
    });
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
