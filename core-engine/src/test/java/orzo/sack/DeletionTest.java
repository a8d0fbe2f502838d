package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.storage.InMemoryStorage;
import orzo.storage.Upkeep;

/** Metrics that are deleted while two nodes write and read them. */
@Timeout(60)
class DeletionTest {
  private static final Labels POT = Labels.of("__name__", "boils", "pot", "a");

  private final InMemoryStorage storage =
      new InMemoryStorage(2, () -> System.nanoTime() / 1_000_000);

  @Test
  void deletedMetric_isSeenNoMore_andStartsEmptyWhenItIsWrittenAgain() {
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      long before = node.register(POT);
      node.write(before, 1000, 1);
      assertThat(node.delete(POT)).isEqualTo(1);
      assertThat(node.readAll(0, 5000)).isEmpty();
      assertThat(node.delete(POT)).isZero();

      long after = node.register(POT);
      node.write(after, 2000, 2);

      assertThat(after).isNotEqualTo(before);
      assertThat(node.readAll(0, 5000).get(POT.toString())).containsOnlyKeys(2000L);
    }
  }

  @Test
  void sampleOfANodeThatHasNotHeard_belongsToTheNextLife() {
    try (Node one = new Node(storage, "one", Node.LONG_TTL);
        Node other = new Node(storage, "two", Node.LONG_TTL)) {
      long old = one.register(POT);
      one.write(old, 1000, 1);
      one.delete(POT);
      other.write(old, 2000, 2);

      await(() -> one.readAll(0, 5000).containsKey(POT.toString()));
      await(() -> other.readAll(0, 5000).containsKey(POT.toString()));
      assertThat(one.readAll(0, 5000).get(POT.toString())).containsOnlyKeys(2000L);
      assertThat(one.register(POT)).isNotEqualTo(old);
    }
  }

  @Test
  void sampleOfASeriesWhoseDeletionIsForgotten_isDroppedAndCounted() {
    long old;
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      old = node.register(POT);
      node.delete(POT);
      node.register(POT);
      node.delete(POT); // the last deletion and the last series are never forgotten
      node.register(POT);
      storage.upkeep().forget(SeriesRef.sack(old), 1);
    }
    try (Node again = new Node(storage, "one", Node.LONG_TTL)) {
      again.write(old, 2000, 2);

      await(() -> again.dropped(SackMeters.Drop.FORGOTTEN_SERIES) == 1);
      assertThat(again.readAll(0, 5000)).isEmpty();
    }
  }

  @Test
  void openSplitsOfADeletedMetric_areRemovedWithTheirMarks() {
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      node.write(node.register(POT), 1000, 1);
      await(() -> !storage.splits().openSplits(sackOf(POT)).isEmpty());
      node.delete(POT);

      await(() -> storage.splits().openSplits(sackOf(POT)).isEmpty());
      assertThat(splits()).isEmpty();
    }
  }

  /** Whatever is deleted and written by whom: what was written last is there, and nothing else. */
  @RepeatedTest(8)
  void metrics_deletedAndWrittenByTwoNodes_haveWhatWasWrittenSince(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Map<String, TreeMap<Long, Long>> expected = new TreeMap<>();
    Map<Labels, Long> remembered = new HashMap<>(); // as a cache that has not heard does
    try (Node one = new Node(storage, "one", Node.LONG_TTL);
        Node other = new Node(storage, "two", Node.LONG_TTL)) {
      for (int round = 0; round < 120; round++) {
        Node node = random.nextBoolean() ? one : other;
        Labels labels = Labels.of("__name__", "boils", "pot", "p" + random.nextInt(4));
        if (random.nextInt(8) == 0) {
          // A deletion is of what this node can know: late samples first have to be there.
          await(() -> names(one).equals(expected.keySet()) && names(other).equals(names(one)));
          node.delete(labels);
          expected.remove(labels.toString());
          continue;
        }
        long ref =
            random.nextInt(3) == 0
                ? remembered.computeIfAbsent(labels, node::register)
                : node.register(labels);
        remembered.putIfAbsent(labels, ref);
        long at = random.nextInt(100_000_000);
        node.write(ref, at, round);
        expected
            .computeIfAbsent(labels.toString(), _ -> new TreeMap<>())
            .put(at, Double.doubleToRawLongBits(round));
        if (random.nextInt(4) == 0) {
          remembered.remove(labels);
        }
      }
      await(() -> one.readAll(0, 100_000_000).equals(expected));
      await(() -> other.readAll(0, 100_000_000).equals(expected));
    }
  }

  private static Set<String> names(Node node) {
    return node.readAll(0, 100_000_000).keySet();
  }

  private int sackOf(Labels labels) {
    return Metric.of(Tenant.DEFAULT, labels, "raw").sack(storage.sacks());
  }

  private List<Upkeep.FoundSplit> splits() {
    List<Upkeep.FoundSplit> found = new ArrayList<>();
    String at = Upkeep.START;
    do {
      Upkeep.Page page = storage.upkeep().scan(at);
      found.addAll(page.found());
      at = page.next();
    } while (!at.equals(Upkeep.START));
    return found;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
