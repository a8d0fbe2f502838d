package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.split.RawSplit;
import orzo.storage.GatewayException;
import orzo.storage.InMemoryStorage;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.Kind;

/** Reads of what an owner holds in memory, which need no stored splits. */
@Timeout(60)
class HeldSamplesTest {
  private static final Labels POT = Labels.of("__name__", "boils", "pot", "a");
  private static final long SPAN = RawSplit.SPAN_MILLIS;

  private final InMemoryStorage storage =
      new InMemoryStorage(1, () -> System.nanoTime() / 1_000_000);

  @Test
  void read_ofSamplesThatTheOwnerHolds_readsNoSplits() {
    try (Node node = new Node(storage, "one", Node.LONG_TTL)) {
      node.write(POT, new long[] {1000, 2000}, new double[] {1, 2});
      assertThat(node.readAll(0, 5000).get(POT.toString())).hasSize(2);

      storage.failNext(
          Operation.READ_SPLITS, new GatewayException(Kind.UNAVAILABLE, "nobody should ask"));
      assertThat(node.readAll(0, 5000).get(POT.toString())).hasSize(2);
      assertThat(node.readAll(3000, 5000)).isEmpty();
    }
  }

  /** Whatever is held, stored or both: a range has just the samples written to it. */
  @RepeatedTest(20)
  void read_ofAnyRange_givesItsSamples(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    NavigableMap<Long, Long> written = new TreeMap<>();
    SackOwnership.Settings settings =
        new SackOwnership.Settings(
            "one", Node.LONG_TTL, Duration.ofMillis(1), Duration.ofMinutes(5));
    try (Node node = new Node(storage, settings, ArchivePolicy.RAW, () -> SPAN)) {
      for (int round = 0; round < 30; round++) {
        long[] times = new long[1 + random.nextInt(80)];
        double[] values = new double[times.length];
        long time = random.nextInt(4) == 0 ? random.nextLong(2 * SPAN) : last(written) + 1;
        for (int i = 0; i < times.length; i++) {
          times[i] = Math.min(time, 2 * SPAN);
          values[i] = random.nextInt(100);
          time += 1 + random.nextInt(round % 5 == 0 ? 400_000 : 10_000);
          written.put(times[i], Double.doubleToRawLongBits(values[i]));
        }
        node.write(POT, times, values);
        for (int read = 0; read < 4; read++) {
          long from = random.nextBoolean() ? random.nextLong(2 * SPAN) : times[0];
          long to = from + random.nextLong(SPAN);
          Map<Long, Long> expected = written.subMap(from, true, to, true);
          assertThat(node.readAll(from, to).getOrDefault(POT.toString(), Map.of()))
              .as("seed %d, round %d", repetition.getCurrentRepetition(), round)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static long last(NavigableMap<Long, Long> written) {
    return written.isEmpty() ? 0 : written.lastKey();
  }
}
