package orzo.storage.contract;

import java.util.List;
import orzo.storage.BacklogPosition;
import orzo.storage.Checkpoint;
import orzo.storage.Deletion;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.SplitWrite;
import orzo.storage.Storage;

/** Flushes that go on from whatever is stored. */
public final class Flushes {
  private Flushes() {}

  /** Flushes splits up to a position. */
  public static FlushOutcome flush(
      Storage storage, Lease lease, List<SplitWrite> writes, BacklogPosition position) {
    Checkpoint stored = storage.splits().checkpoint(lease.sack());
    return storage
        .splits()
        .flush(
            lease,
            new Flush(stored, position, deletions(storage, lease.sack()), writes, List.of()));
  }

  /** Flushes marks, and leaves the position where it is. */
  public static FlushOutcome mark(Storage storage, Lease lease, OpenMarks... marks) {
    Checkpoint stored = storage.splits().checkpoint(lease.sack());
    return storage
        .splits()
        .flush(
            lease,
            new Flush(
                stored,
                stored.position(),
                deletions(storage, lease.sack()),
                List.of(),
                List.of(marks)));
  }

  private static long deletions(Storage storage, int sack) {
    return storage.catalog().deletions(sack, 0, 1_000).stream()
        .mapToLong(Deletion::number)
        .max()
        .orElse(0);
  }
}
