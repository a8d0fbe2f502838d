package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.metric.Labels;
import orzo.split.RawSplit;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

@Timeout(60)
class SackOwnershipTest {
  /** For what is taken over when a lease ends. */
  private static final Duration SHORT_TTL = Duration.ofSeconds(2);

  private static final Labels POT = Labels.of("__name__", "boils", "pot", "a");

  private final InMemoryStorage storage =
      new InMemoryStorage(4, () -> System.nanoTime() / 1_000_000);

  @Test
  void sample_onceAcknowledged_isSeenAtOnce() {
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      for (int i = 0; i < 50; i++) {
        node.write(POT, new long[] {i * 1000L}, new double[] {i});
        assertThat(node.readAll(0, 1_000_000).get(POT.toString())).hasSize(i + 1);
      }
    }
  }

  @Test
  void close_flushesAndGivesLeasesBack() {
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      node.write(POT, new long[] {1000, 2000}, new double[] {1, 2});
    }
    try (Node other = new Node(storage, "two", Node.LONG_TTL)) {
      assertThat(other.ownership.ownedSacks()).isEqualTo(4);
      assertThat(other.readAll(0, 5000).get(POT.toString())).hasSize(2);
      for (int sack = 0; sack < 4; sack++) {
        assertThat(storage.backlog().length(sack)).isZero();
      }
    }
  }

  @Test
  void sameNodeAfterAKill_ownsItsSacksAtOnce() {
    Node node = new Node(storage, "one", Node.LONG_TTL);
    node.write(POT, new long[] {1000}, new double[] {1});
    node.kill();
    try (Node again = new Node(storage, "one", Node.LONG_TTL)) {
      assertThat(again.ownership.ownedSacks()).isEqualTo(4);
      assertThat(again.readAll(0, 5000).get(POT.toString())).hasSize(1);
    }
  }

  @Test
  void sacks_areSharedByLiveNodes_andTakenOverFromDeadOnes() throws InterruptedException {
    Node one = new Node(storage, "one", SHORT_TTL);
    try (Node two = new Node(storage, "two", SHORT_TTL);
        Node three = new Node(storage, "three", SHORT_TTL)) {
      await(() -> one.ownership.ownedSacks() < 4);
      one.write(POT, new long[] {1000}, new double[] {1});
      one.kill();
      await(() -> two.ownership.ownedSacks() + three.ownership.ownedSacks() == 4);
      await(() -> two.readAll(0, 5000).containsKey(POT.toString()));
      await(() -> three.readAll(0, 5000).containsKey(POT.toString()));
    }
  }

  /**
   * Whatever comes in, in whatever order, through whatever failures of node and storage: in the end
   * every acknowledged sample is there once, the last one written for a time.
   */
  @RepeatedTest(12)
  void samples_throughKillsAndFailures_areThereOnce(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Map<String, Map<Long, Long>> expected = new TreeMap<>();
    Node node = new Node(storage, "one", Node.LONG_TTL);
    try {
      for (int round = 0; round < 150; round++) {
        switch (random.nextInt(12)) {
          case 0 -> {
            node.kill();
            node = new Node(storage, "one", Node.LONG_TTL);
          }
          case 1 -> storage.loseReply(Operation.FLUSH);
          case 2 ->
              storage.failNext(
                  Operation.FLUSH, new GatewayException(Kind.UNAVAILABLE, "failure on demand"));
          case 3 ->
              storage.failNext(
                  Operation.READ_SPLITS,
                  new GatewayException(Kind.UNAVAILABLE, "failure on demand"));
          default -> write(node, random, expected);
        }
      }
      Node last = node;
      // A failure on demand that is still waiting would meet this read.
      await(() -> {
        try {
          last.readAll(Long.MIN_VALUE / 8, Long.MIN_VALUE / 8 + 1);
          return true;
        } catch (GatewayException e) {
          return false;
        }
      });
      Map<String, Map<Long, Long>> found = node.readAll(-3 * RawSplit.SPAN_MILLIS, 40_000_000);
      assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
      // Series by series, so that a failure shows what differs.
      expected.forEach((name, samples) ->
          assertThat(found.get(name))
              .as("seed %d, %s", seed, name)
              .containsExactlyInAnyOrderEntriesOf(samples));
    } finally {
      node.close();
    }
  }

  private static void write(Node node, Random random, Map<String, Map<Long, Long>> expected) {
    Labels labels = Labels.of("__name__", "boils", "pot", "p" + random.nextInt(5));
    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 400 : 10);
    long[] timestamps = new long[count];
    double[] values = new double[count];
    // Mostly forward, at times back, over several splits and both sides of 1970.
    long at = (random.nextInt(2500) - 500) * 15_000L;
    Map<Long, Long> series = expected.computeIfAbsent(labels.toString(), name -> new TreeMap<>());
    for (int i = 0; i < count; i++) {
      at += random.nextInt(10) == 0 ? -random.nextInt(60_000) : 15_000;
      at = Math.max(-2 * RawSplit.SPAN_MILLIS, Math.min(at, 40_000_000));
      timestamps[i] = at;
      values[i] =
          random.nextInt(20) == 0
              ? Double.longBitsToDouble(0x7ff0000000000002L)
              : random.nextInt(1000) / 10.0;
      series.put(at, Double.doubleToRawLongBits(values[i]));
    }
    node.write(labels, timestamps, values);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }
}
