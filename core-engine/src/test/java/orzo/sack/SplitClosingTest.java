package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.split.RawBlockEncoder;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec.State;
import orzo.split.RawSplitEncoder;
import orzo.split.SampleBuffer;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;

/** Splits of a series that are closed together against the same splits closed one by one. */
class SplitClosingTest {
  private static final int SERIES = 3;

  private static ArchivePolicy policy(SplittableRandom random) {
    return new ArchivePolicy(
        "test",
        Duration.ofHours(1),
        0,
        List.of("mean", "min", "max", "sum", "std", "count", "last", "median").stream()
            .map(AggregationMethod::parse)
            .toList(),
        List.of(
            ArchivePolicy.Definition.of(
                Duration.ofMinutes(1), Duration.ofHours(random.nextInt(1, 60))),
            ArchivePolicy.Definition.of(
                Duration.ofHours(1), Duration.ofDays(random.nextInt(1, 60)))));
  }

  private static byte[] raw(SplittableRandom random, long start) {
    SampleBuffer samples = new SampleBuffer(0);
    long interval = random.nextLong(10_000, 4_000_000);
    for (long at = start + random.nextLong(RawSplit.SPAN_MILLIS);
        at < start + RawSplit.SPAN_MILLIS;
        at += interval) {
      samples.add(at, random.nextInt(10_000) / 100.0);
    }
    ByteArrayWriter out = new ByteArrayWriter(64);
    new RawSplitEncoder().encode(start, samples, 0, samples.size, out);
    byte[] split = out.toByteArray();
    ByteArrayWriter header = new ByteArrayWriter(1);
    RawBlockEncoder.encodeHeader(random.nextInt(3) > 0 ? State.NEW : State.REOPENED, header);
    split[0] = header.array()[0];
    return split;
  }

  private static void carryOut(List<SplitWrite> writes, Map<SplitKey, byte[]> stored) {
    for (SplitWrite write : writes) {
      if (write.offset() == SplitWrite.REMOVE) {
        stored.remove(write.key());
      } else {
        stored.put(write.key(), write.bytes());
      }
    }
  }

  @Test
  void close_ofSeveralSplits_leavesWhatClosingEachLeaves() {
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ArchivePolicy policy = policy(random);
      Map<SplitKey, byte[]> oneByOne = new HashMap<>();
      Map<SplitKey, byte[]> together = new HashMap<>();
      for (int turn = 0; turn < 3; turn++) { // the later ones meet windows that are there
        List<SplitKey> keys = new ArrayList<>();
        long start = RawSplit.SPAN_MILLIS * random.nextInt(-3, 20);
        for (int i = random.nextInt(1, 12); i > 0; i--) {
          SplitKey key = new SplitKey(SERIES, start);
          byte[] raw = raw(random, start);
          oneByOne.put(key, raw);
          together.put(key, raw);
          keys.add(key);
          start += RawSplit.SPAN_MILLIS * random.nextInt(1, 4);
        }
        SplitClosing closing = new SplitClosing();
        for (int i = 0; i < keys.size(); i++) {
          List<SplitKey> rest = keys.subList(i, keys.size());
          carryOut(
              closing.close(List.of(keys.get(i)), policy, oneByOne, rest::contains).writes(),
              oneByOne);
        }
        carryOut(closing.close(keys, policy, together, keys::contains).writes(), together);
        assertThat(together.keySet()).as("seed %d", seed).isEqualTo(oneByOne.keySet());
        for (SplitKey key : together.keySet()) {
          assertThat(together.get(key)).as("seed %d: %s", seed, key).isEqualTo(oneByOne.get(key));
        }
      }
    }
  }

  @Test
  void close_ofSeveralSplits_writesEachAggregateSplitOnce() {
    SplittableRandom random = new SplittableRandom(1);
    Map<SplitKey, byte[]> stored = new HashMap<>();
    List<SplitKey> keys = new ArrayList<>();
    for (long start = 0; start < 6 * RawSplit.SPAN_MILLIS; start += RawSplit.SPAN_MILLIS) {
      SplitKey key = new SplitKey(SERIES, start);
      stored.put(key, raw(random, start));
      keys.add(key);
    }
    SplitClosing.Closed closed =
        new SplitClosing().close(keys, policy(random), stored, keys::contains);
    assertThat(closed.writes()).extracting(SplitWrite::key).doesNotHaveDuplicates();
    assertThat(closed.writes().stream().filter(write -> write.offset() == SplitWrite.REPLACE))
        .extracting(write -> write.key().granularityMillis())
        .filteredOn(granularity -> granularity == 3_600_000)
        .hasSize(1);
  }
}
