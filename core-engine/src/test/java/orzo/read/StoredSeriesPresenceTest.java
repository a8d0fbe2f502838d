package orzo.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.split.SampleBuffer;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

class StoredSeriesPresenceTest {
  private static final long SPAN = RawSplit.SPAN_MILLIS;
  private static final long NOW = 100 * SPAN + 5000;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** Which splits there are; what is in them does not matter. */
  private static final class Splits implements SplitStore {
    final Set<SplitKey> stored = new HashSet<>();
    final List<OpenSpan> open = new ArrayList<>();
    int lookups;

    @Override
    public List<StoredSplit> read(int sack, List<SplitKey> keys) {
      lookups += keys.size();
      return keys.stream()
          .filter(stored::contains)
          .map(key -> new StoredSplit(key, new byte[1]))
          .toList();
    }

    @Override
    public List<OpenSpan> openSplits(int sack) {
      return open;
    }

    @Override
    public FlushOutcome flush(Lease lease, Flush flush) {
      throw new AssertionError("a look-up writes nothing");
    }

    @Override
    public Checkpoint checkpoint(int sack) {
      return Checkpoint.START;
    }

    @Override
    public long[] writtenSpans(int sack) {
      throw new AssertionError("what is there now counts");
    }
  }

  /** Holds a sample of one series. */
  private static final class OneSample implements Tails {
    int series = -1;
    long timeMillis;

    @Override
    public void catchUp(int sack) {}

    @Override
    public List<@Nullable Tail> copy(int sack, int[] all, long fromMillis, long toMillis) {
      List<@Nullable Tail> copies = new ArrayList<>();
      for (int one : all) {
        SampleBuffer held = null;
        if (one == series && timeMillis >= fromMillis && timeMillis <= toMillis) {
          held = new SampleBuffer(1);
          held.add(timeMillis, 1);
        }
        copies.add(held == null ? null : new Tail(held));
      }
      return copies;
    }

    @Override
    public Optional<List<@Nullable Tail>> copyAtHand(
        int sack, int[] all, long fromMillis, long toMillis) {
      return Optional.of(copy(sack, all, fromMillis, toMillis));
    }
  }

  private final Splits splits = new Splits();
  private final OneSample tails = new OneSample();
  private final SeriesIndex index = new SeriesIndex();

  StoredSeriesPresenceTest() {
    for (int i = 0; i < 4; i++) {
      index.add(SeriesRef.of(0, i), Metric.of(Tenant.DEFAULT, labels(i), "raw"));
    }
  }

  private static Labels labels(int i) {
    return Labels.of("__name__", "boils", "pot", "p" + i);
  }

  private List<Labels> present(ArchivePolicy policy, long fromMillis, long toMillis) {
    return new StoredSeriesPresence(index, splits, tails, (_, _) -> policy, () -> NOW)
        .present(
            Tenant.DEFAULT,
            List.of(List.of(Matcher.of("pot", Matcher.Operation.MATCHES, "p.*"))),
            fromMillis,
            toMillis);
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }

  @Test
  void present_openStoredAndUnflushed_areFound() {
    splits.open.add(new OpenSpan(100 * SPAN, bits(1)));
    splits.open.add(new OpenSpan(99 * SPAN, bits(0)));
    splits.stored.add(new SplitKey(2, 99 * SPAN));
    tails.series = 3;
    tails.timeMillis = NOW - 10;

    assertThat(present(ArchivePolicy.RAW, NOW - HOUR, NOW))
        .containsExactly(labels(0), labels(1), labels(2), labels(3));
    assertThat(present(ArchivePolicy.RAW, 100 * SPAN, NOW)).containsExactly(labels(1), labels(3));
    assertThat(present(ArchivePolicy.RAW, 98 * SPAN, 99 * SPAN - 1)).isEmpty();
    assertThat(present(ArchivePolicy.RAW, NOW, NOW - 1)).isEmpty();
  }

  @Test
  void present_untilTheEndOfTime_looksUpWhatMayBeClosed() {
    splits.stored.add(new SplitKey(2, 95 * SPAN));
    splits.open.add(new OpenSpan(500 * SPAN, bits(3))); // from a clock that is wrong

    assertThat(present(ArchivePolicy.RAW, 94 * SPAN, Long.MAX_VALUE))
        .containsExactly(labels(2), labels(3));
    assertThat(splits.lookups).isLessThan(30);
    assertThat(present(ArchivePolicy.RAW, 101 * SPAN, Long.MAX_VALUE)).containsExactly(labels(3));
  }

  @Test
  void present_whereSamplesAreGone_leavesNothingOutThatMayHaveAggregates() {
    ArchivePolicy policy = BuiltInPolicies.STANDARD;
    long gone = NOW - policy.rawTimespan().toMillis() - 1;

    assertThat(present(policy, gone, NOW)).hasSize(4);
    assertThat(present(policy, gone + 1, NOW)).isEmpty();
  }

  @Test
  void present_ofTooLongATime_leavesNothingOut() {
    assertThat(present(ArchivePolicy.RAW, Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(4);
    assertThat(splits.lookups).isZero();
  }
}
