package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;
import orzo.histogram.HistogramSequences;
import orzo.histogram.NativeHistogram;
import orzo.index.Matcher;
import orzo.intake.SampleBatch;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.read.ReadBudget;
import orzo.read.Selection;
import orzo.read.Source;
import orzo.split.SampleExtras;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

/** The life of samples with histograms and start timestamps, from intake to closed splits. */
@Timeout(60)
class HistogramStorageTest {
  private static final int SACKS = 2;

  private static final ArchivePolicy POLICY =
      new ArchivePolicy(
          "test",
          Duration.ofDays(36_000),
          0,
          List.of("mean", "count", "last").stream().map(AggregationMethod::parse).toList(),
          List.of(ArchivePolicy.Definition.of(Duration.ofMinutes(5), Duration.ofDays(36_000))));

  /** All that a sample has. */
  private record Stored(long valueBits, long startMillis, @Nullable NativeHistogram histogram) {}

  private final InMemoryStorage storage = new InMemoryStorage(SACKS, HistogramStorageTest::now);

  /** Late enough that every time in these tests is long over. */
  private static long now() {
    return 1_000_000_000_000L + System.nanoTime() / 1_000_000;
  }

  private Node node() {
    return new Node(
        storage,
        new SackOwnership.Settings(
            "one", Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(20)),
        POLICY,
        HistogramStorageTest::now);
  }

  /**
   * Whatever comes in, in whatever order, through whatever failures: every acknowledged sample is
   * there once with all it has, the last one written for a time, before its split is closed and
   * afterwards.
   */
  @RepeatedTest(6)
  void samples_throughLateOnesKillsAndFailures_areAllThere(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Map<String, Map<Long, Stored>> expected = new TreeMap<>();
    Node node = node();
    try {
      for (int round = 0; round < 60; round++) {
        switch (random.nextInt(12)) {
          case 0 -> {
            node.kill();
            node = node();
          }
          case 1 -> storage.loseReply(Operation.FLUSH);
          case 2 ->
              storage.failNext(
                  Operation.FLUSH, new GatewayException(Kind.UNAVAILABLE, "failure on demand"));
          case 3 -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(150)));
          case 4 -> assertThat(readAll(node)).as("seed %s", seed).isEqualTo(expected);
          default -> write(node, random, expected);
        }
      }
      assertThat(readAll(node)).as("seed %s, open", seed).isEqualTo(expected);
      awaitClosed();
      assertThat(readAll(node)).as("seed %s, closed", seed).isEqualTo(expected);
    } finally {
      node.close();
    }
  }

  private static void write(Node node, Random random, Map<String, Map<Long, Stored>> expected) {
    int pot = random.nextInt(4);
    Labels labels = pot(pot);
    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 300 : 10);
    List<NativeHistogram> histograms = HistogramSequences.random(random.nextLong(), count);
    long at = random.nextInt(2500) * 15_000L;
    long ref = node.register(labels);
    SampleBatch batch = new SampleBatch(1);
    Map<Long, Stored> series = expected.computeIfAbsent(labels.toString(), _ -> new TreeMap<>());
    for (NativeHistogram one : histograms) {
      at += random.nextInt(10) == 0 ? -random.nextInt(60_000) : 15_000;
      // Pot 0 has floats only, 1 floats with start timestamps, 3 histograms only.
      NativeHistogram histogram = pot < 2 || pot == 2 && random.nextBoolean() ? null : one;
      long start = pot == 0 || random.nextBoolean() ? 0 : 1 + random.nextInt(3);
      double value = histogram == null ? random.nextInt(1000) / 10.0 : histogram.sum();
      batch.add(ref, at, value, start, histogram);
      series.put(at, new Stored(Double.doubleToRawLongBits(value), start, histogram));
    }
    node.intake.append(batch).toCompletableFuture().join();
  }

  @Test
  void windows_ofHistograms_sayThatThereAreSome() {
    try (Node node = node()) {
      NativeHistogram histogram = HistogramSequences.requestDurations(1, 1, 10).getFirst();
      SampleBatch batch = new SampleBatch(1);
      long ref = node.register(pot(1));
      batch.add(ref, 1000, 5);
      batch.add(ref, 2000, histogram.sum(), 0, histogram);
      batch.add(ref, 600_000, histogram.sum(), 0, histogram);
      batch.add(ref, 900_001, 7);
      node.intake.append(batch).toCompletableFuture().join();

      assertWindows(node);
      awaitClosed();
      assertWindows(node);
    }
  }

  private static void assertWindows(Node node) {
    Selection selection = select(node);
    AggregateSchema schema = AggregateSchema.ofParts(Set.of(Part.COUNT, Part.SUM));
    AggregateRows rows = new AggregateRows(schema);
    selection.scan(
        0,
        1_000_000,
        List.of(new Source.Windows(300_000)),
        schema,
        ReadBudget.UNBOUNDED,
        (_, _) -> {},
        (_, found) -> rows.addAll(found, 0, found.size));
    assertThat(rows.size).isEqualTo(3);
    assertThat(rows.is(0, AggregateRows.HISTOGRAMS)).isTrue();
    assertThat(rows.is(1, AggregateRows.HISTOGRAMS)).isTrue();
    assertThat(rows.is(2, AggregateRows.HISTOGRAMS)).isFalse();
    assertThat(rows.isOnlyHistograms(0)).isFalse();
    assertThat(rows.isOnlyHistograms(1)).isTrue();
    assertThat(rows.integers(Part.COUNT)).startsWith(1, 0, 1);
    assertThat(rows.doubles(Part.SUM)[0]).isEqualTo(5);
  }

  private static Labels pot(int pot) {
    return Labels.of("__name__", "boils", "pot", "p" + pot);
  }

  private static Selection select(Node node) {
    return node.reader.select(
        Tenant.DEFAULT, List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "boils")));
  }

  private static Map<String, Map<Long, Stored>> readAll(Node node) {
    Selection selection = select(node);
    List<Map<Long, Stored>> found = new ArrayList<>();
    for (int i = 0; i < selection.size(); i++) {
      found.add(new TreeMap<>());
    }
    selection.scan(
        -100_000_000,
        100_000_000,
        ReadBudget.UNBOUNDED,
        (i, samples) -> {
          SampleExtras extras = samples.extras();
          for (int s = 0; s < samples.size; s++) {
            found
                .get(i)
                .put(
                    samples.timestampsMillis[s],
                    new Stored(
                        Double.doubleToRawLongBits(samples.values[s]),
                        extras == null ? 0 : extras.startMillis(s),
                        extras == null ? null : extras.histogram(s)));
          }
        });
    Map<String, Map<Long, Stored>> all = new TreeMap<>();
    for (int i = 0; i < selection.size(); i++) {
      if (!found.get(i).isEmpty()) {
        all.put(selection.labels(i).toString(), found.get(i));
      }
    }
    return all;
  }

  /** Waits until all that is written is flushed and closed; failures on demand are used up then. */
  private void awaitClosed() {
    await(() -> {
      try {
        for (int sack = 0; sack < SACKS; sack++) {
          if (storage.backlog().length(sack) > 0 || !storage.splits().openSplits(sack).isEmpty()) {
            return false;
          }
        }
        return true;
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
