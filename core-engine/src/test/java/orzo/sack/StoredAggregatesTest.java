package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.Labels;
import orzo.read.AggregateReader;
import orzo.read.AggregateReader.Query;
import orzo.read.Points;
import orzo.read.ReadBudget;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.Kind;

/** Aggregates of open, closed and half closed stretches of time are those of all samples. */
@Timeout(60)
class StoredAggregatesTest {
  private static final long MINUTE = 60_000;
  private static final long DAY = 86_400_000;

  /** 2015-03-06 at noon, a multiple of four hours. */
  private static final long NOON = 1_425_643_200_000L;

  private static final ArchivePolicy POLICY =
      new ArchivePolicy(
          "test",
          Duration.ofDays(36_000),
          0,
          Stream.of("mean", "max", "count", "std", "95pct", "rate:mean", "rate:max", "median")
              .map(AggregationMethod::parse)
              .toList(),
          List.of(
              Definition.of(Duration.ofMinutes(1), Duration.ofMinutes(10)),
              new Definition(Duration.ofMinutes(7), OptionalLong.empty()),
              new Definition(Duration.ofDays(1), OptionalLong.empty())));

  private final InMemoryStorage storage = new InMemoryStorage(2, () -> NOON + 400 * DAY);
  private final Node node =
      new Node(
          storage,
          new SackOwnership.Settings(
              "one", Node.LONG_TTL, Duration.ofMillis(20), Duration.ofMillis(20)),
          POLICY,
          () -> NOON + 400 * DAY + System.nanoTime() / 1_000_000);
  private final long pot = node.register(Labels.of("__name__", "boils", "pot", "a"));
  private final long pan = node.register(Labels.of("__name__", "boils", "pot", "b"));

  @AfterEach
  void close() {
    node.close();
  }

  private Points read(String method, long granularity, long from, long end) {
    return node.aggregates
        .read(
            new long[] {pot},
            new Query(granularity, List.of(AggregationMethod.parse(method)), from, end),
            ReadBudget.UNBOUNDED)
        .getFirst()
        .getFirst();
  }

  private Points readAll(String method, long granularity) {
    return read(method, granularity, AggregateReader.BEGINNING, AggregateReader.END);
  }

  private void awaitClosed() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isClosed()) {
      assertThat(System.nanoTime()).as("waited 30 s").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private boolean isClosed() {
    for (int sack = 0; sack < 2; sack++) {
      if (storage.backlog().length(sack) > 0 || !storage.splits().openSplits(sack).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Test
  void read_whatWasJustWritten_hasTheOpenWindow() {
    node.write(pot, NOON, 1);
    node.write(pot, NOON + 20_000, 4);
    node.write(pot, NOON + MINUTE, 7);

    Points means = readAll("mean", MINUTE);
    assertThat(means.startsMillis()).containsExactly(NOON, NOON + MINUTE);
    assertThat(means.values()).containsExactly(2.5, 7);
    assertThat(readAll("std", MINUTE).startsMillis()).containsExactly(NOON);
    assertThat(readAll("median", MINUTE).values()).containsExactly(2.5, 7);
  }

  @Test
  void read_closedWindows_areTheSame_andFoundWithoutARange() {
    node.write(pot, NOON, 1);
    node.write(pot, NOON + 20_000, 4);
    node.write(pot, NOON + 2 * MINUTE, 7);
    awaitClosed();

    assertThat(readAll("mean", MINUTE).values()).containsExactly(2.5, 7);
    assertThat(readAll("max", DAY).startsMillis()).containsExactly(NOON - DAY / 2);
    assertThat(readAll("max", DAY).values()).containsExactly(7);
    assertThat(readAll("count", 7 * MINUTE).values()).containsExactly(3);
  }

  @Test
  void read_ofARange_isOfTheWindowsThatStartInIt_theFirstRoundedDown() {
    for (int i = 0; i < 5; i++) {
      node.write(pot, NOON + i * MINUTE, i);
    }

    assertThat(read("max", MINUTE, NOON + MINUTE + 30_000, NOON + 3 * MINUTE).values())
        .containsExactly(1, 2);
    assertThat(read("max", MINUTE, NOON + 3 * MINUTE, NOON + 3 * MINUTE).size()).isZero();
    assertThat(read("max", DAY, NOON, NOON + 1).values()).containsExactly(4);
    assertThat(read("max", MINUTE, NOON, AggregateReader.BEGINNING).size()).isZero();
  }

  @Test
  void read_ofMoreThanThePolicyKeeps_isOfTheNewest() {
    for (int i = 0; i < 30; i++) {
      node.write(pot, NOON + i * MINUTE, i);
    }

    Points kept = readAll("mean", MINUTE);
    assertThat(kept.size()).isEqualTo(10);
    assertThat(kept.startsMillis()[0]).isEqualTo(NOON + 20 * MINUTE);
    assertThat(readAll("count", 7 * MINUTE).size()).isEqualTo(5);
  }

  @Test
  void read_rates_startFromTheSampleBeforeTheRange() {
    node.write(pot, NOON, 1);
    node.write(pot, NOON + MINUTE, 4);
    node.write(pot, NOON + 2 * MINUTE, 9);

    assertThat(readAll("rate:mean", MINUTE).startsMillis())
        .containsExactly(NOON + MINUTE, NOON + 2 * MINUTE);
    assertThat(readAll("rate:mean", MINUTE).values()).containsExactly(3, 5);
    assertThat(read("rate:mean", MINUTE, NOON + 2 * MINUTE, AggregateReader.END).values())
        .containsExactly(5);
    assertThat(readAll("rate:max", DAY).values()).containsExactly(5);
  }

  @Test
  void read_percentilesOfWindowsThatAreMerged_areExact() {
    for (int i = 0; i <= 100; i++) {
      node.write(pot, NOON - 5 * 3_600_000L + i * (5 * MINUTE), i);
    }
    awaitClosed();

    assertThat(readAll("95pct", DAY).values()).containsExactly(95);
    assertThat(readAll("median", DAY).values()).containsExactly(50);
  }

  @Test
  void read_severalMetricsAndMethods_keepsTheirOrder() {
    node.write(pot, NOON, 1);
    node.write(pan, NOON, 2);
    node.write(pan, NOON + DAY, 5);
    List<AggregationMethod> methods =
        Stream.of("median", "max", "count").map(AggregationMethod::parse).toList();

    List<List<Points>> read =
        node.aggregates.read(
            new long[] {pan, pot, pan},
            new Query(DAY, methods, AggregateReader.BEGINNING, AggregateReader.END),
            ReadBudget.UNBOUNDED);

    assertThat(read).hasSize(3);
    assertThat(read.get(0).get(0).values()).containsExactly(2, 5);
    assertThat(read.get(0).get(2).values()).containsExactly(1, 1);
    assertThat(read.get(1).get(1).values()).containsExactly(1);
    assertThat(read.get(2).get(1).values()).containsExactly(2, 5);
  }

  @Test
  void read_ofAGranularityThatThePolicyLacks_hasNoPoints() {
    node.write(pot, NOON, 1);

    assertThat(readAll("mean", 2 * MINUTE).size()).isZero();
    assertThat(read("mean", MINUTE, NOON + DAY, AggregateReader.END).size()).isZero();
  }

  @Test
  void read_overTheBudget_fails() {
    node.write(pot, NOON, 1);

    assertThatThrownBy(() ->
            node.aggregates.read(
                new long[] {pot},
                new Query(MINUTE, List.of(AggregationMethod.parse("mean")), NOON, NOON + MINUTE),
                samples -> {
                  if (samples > 0) {
                    throw new GatewayException(Kind.LIMIT, "too much on demand");
                  }
                }))
        .hasMessage("too much on demand");
  }
}
