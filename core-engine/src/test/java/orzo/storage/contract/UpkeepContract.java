package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.fold.AggregateSplit;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.storage.BacklogPosition;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.Upkeep;
import orzo.storage.Upkeep.FoundSplit;

/** What every {@link Upkeep} does. */
public abstract class UpkeepContract extends StorageContract {
  private static final BacklogPosition POSITION = new BacklogPosition(9, 1);

  private Lease lease;

  @BeforeEach
  final void takeLease() {
    lease = storage.leases().acquire(SACK, "node", Duration.ofMinutes(1)).orElseThrow();
    storage
        .catalog()
        .register(SACK, IntStream.range(0, 8).mapToObj(UpkeepContract::metric).toList());
  }

  @Test
  void scan_ofNothing_isComplete() {
    assertThat(scan()).isEmpty();
  }

  @Test
  void scan_showsEverySplit_andNothingElse() {
    Lease other = storage.leases().acquire(OTHER_SACK, "node", Duration.ofMinutes(1)).orElseThrow();
    Set<FoundSplit> written = new HashSet<>();
    List<SplitWrite> writes = new ArrayList<>();
    for (int i = -1_500; i < 1_500; i++) {
      writes.add(write(new SplitKey(Math.abs(i), i * RawSplit.SPAN_MILLIS)));
    }
    long aggregateSpan = AggregateSplit.spanMillis(300_000);
    writes.add(write(new SplitKey(Integer.MAX_VALUE, 300_000, -4 * aggregateSpan)));
    writes.forEach(write -> written.add(new FoundSplit(SACK, write.key())));
    written.add(new FoundSplit(OTHER_SACK, new SplitKey(5, 0)));
    flush(lease, writes);
    flush(other, List.of(write(new SplitKey(5, 0))));

    assertThat(scan()).isEqualTo(written);
  }

  @Test
  void remove_takesSplitsAway_andCountsThoseThatWereThere() {
    SplitKey raw = new SplitKey(2, 0);
    SplitKey aggregates = new SplitKey(2, 60_000, 0);
    SplitKey kept = new SplitKey(3, 0);
    flush(lease, List.of(write(raw), write(aggregates), write(kept)));

    assertThat(storage.upkeep().remove(SACK, List.of(raw, aggregates, new SplitKey(4, 0))))
        .isEqualTo(2);
    assertThat(storage.upkeep().remove(SACK, List.of())).isZero();

    assertThat(scan()).containsExactly(new FoundSplit(SACK, kept));
  }

  @Test
  void flush_ofAnOwnerThatHasNotHeardOfADeletion_isRefused() {
    storage.catalog().delete(SACK, new int[] {2});
    SplitKey key = new SplitKey(3, 0);
    var stored = storage.splits().checkpoint(SACK);
    Flush unheard = new Flush(stored, POSITION, 0, List.of(write(key)), List.of());
    Flush heard = new Flush(stored, POSITION, 1, List.of(write(key)), List.of());

    assertThat(storage.splits().flush(lease, unheard)).isEqualTo(FlushOutcome.DELETIONS_UNHEARD);
    assertThat(scan()).isEmpty();
    assertThat(storage.splits().flush(lease, heard)).isEqualTo(FlushOutcome.FLUSHED);
    assertThat(scan()).hasSize(1);
  }

  @Test
  void begin_numbersTheSweepsOfASack() {
    long first = storage.upkeep().begin(SACK);

    assertThat(storage.upkeep().begin(SACK)).isEqualTo(first + 1);
    assertThat(storage.upkeep().begin(OTHER_SACK)).isEqualTo(first);
  }

  @Test
  void retire_deletesSeries_andCoversOnlyWhatIsInSplits() throws Exception {
    flush(lease, List.of(write(new SplitKey(7, 0))));
    await(storage.backlog().append(SACK, bytes("not in splits yet")));
    long sweep = storage.upkeep().begin(SACK);

    assertThat(storage.upkeep().retire(SACK, sweep, new int[] {1, 4, 99})).isEqualTo(2);

    Deletion deletion = storage.catalog().deletions(SACK, 0, 10).getFirst();
    assertThat(deletion.series()).containsExactly(1, 4);
    assertThat(deletion.upTo()).isEqualTo(POSITION);
    assertThat(storage.catalog().register(SACK, List.of(metric(4)))).containsExactly(8);
  }

  @Test
  void retire_beforeAnyFlush_coversNothing() {
    long sweep = storage.upkeep().begin(SACK);
    storage.upkeep().retire(SACK, sweep, new int[] {1});

    assertThat(storage.catalog().deletions(SACK, 0, 10).getFirst().upTo())
        .isEqualTo(BacklogPosition.START);
  }

  @Test
  void retire_ofASeriesWhoseSplitWasOpenedOrClosedSinceOrIsOpen_isNotDone() {
    long start = -3 * RawSplit.SPAN_MILLIS;
    mark(start, new int[] {1, 2, 3}, new int[0]); // before the sweep: 1 stays open
    mark(start, new int[0], new int[] {3}); // closed before: only the scan knows of it
    long sweep = storage.upkeep().begin(SACK);
    mark(start, new int[0], new int[] {2});
    mark(0, new int[] {4}, new int[0]);
    mark(0, new int[0], new int[] {4});

    storage.upkeep().retire(SACK, sweep, new int[] {1, 2, 3, 4, 5});

    assertThat(storage.catalog().deletions(SACK, 0, 10))
        .flatExtracting(deletion -> Arrays.stream(deletion.series()).boxed().toList())
        .containsExactly(3, 5);
  }

  @Test
  void retire_ofASweepThatAnotherOvertook_doesNothing() {
    long sweep = storage.upkeep().begin(SACK);
    storage.upkeep().begin(SACK);

    assertThat(storage.upkeep().retire(SACK, sweep, new int[] {1})).isZero();
    assertThat(storage.catalog().deletions(SACK, 0, 10)).isEmpty();
    assertThat(storage.catalog().read(SACK, 1, 1)).containsExactly(new CatalogEntry(1, metric(1)));
  }

  @Test
  void forget_ofNothing_changesNothing() {
    storage.catalog().delete(SACK, new int[] {2});
    storage.upkeep().forget(SACK, 0);

    assertThat(storage.catalog().deletions(SACK, 0, 10)).hasSize(1);
    assertThat(storage.catalog().read(SACK, 0, 10)).hasSize(8);
  }

  private Set<FoundSplit> scan() {
    Set<FoundSplit> found = new HashSet<>();
    String at = Upkeep.START;
    do {
      Upkeep.Page page = storage.upkeep().scan(at);
      found.addAll(page.found());
      at = page.next();
    } while (!at.equals(Upkeep.START));
    return found;
  }

  private void flush(Lease owner, List<SplitWrite> writes) {
    assertThat(Flushes.flush(storage, owner, writes, POSITION)).isEqualTo(FlushOutcome.FLUSHED);
  }

  private void mark(long start, int[] opened, int[] closed) {
    assertThat(Flushes.mark(storage, lease, new OpenMarks(start, opened, closed)))
        .isEqualTo(FlushOutcome.FLUSHED);
  }

  private static SplitWrite write(SplitKey key) {
    return new SplitWrite(key, SplitWrite.REPLACE, bytes("split"), 60);
  }

  private static Metric metric(int i) {
    return Metric.of(Tenant.DEFAULT, Labels.of("__name__", "up", "host", "h" + i), "raw");
  }
}
