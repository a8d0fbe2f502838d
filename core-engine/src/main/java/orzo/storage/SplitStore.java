package orzo.storage;

import java.util.List;

/** The stored splits of all sacks. Safe for many threads. Calls block. */
public interface SplitStore {
  /**
   * Returns the splits that exist, in no set order; a missing key is absent from the result, not an
   * error.
   */
  List<StoredSplit> read(int sack, List<SplitKey> keys);

  /**
   * Writes splits and the sack's backlog position together or not at all, and drops backlog entries
   * up to that position. The position never goes back.
   *
   * @param writes each split at most once; none to move the position only
   * @throws GatewayException {@link Kind#UNAVAILABLE}: unknown whether it was written; read {@link
   *     #position} before anything else. {@link Kind#LIMIT}: nothing was written, storage is full
   */
  FlushOutcome flush(Lease lease, List<SplitWrite> writes, BacklogPosition position);

  /** The position of the sack's last flush; {@link BacklogPosition#START} before the first. */
  BacklogPosition position(int sack);
}
