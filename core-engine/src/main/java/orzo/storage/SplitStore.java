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
   * Writes splits, marks and the sack's checkpoint together or not at all, and drops backlog
   * entries up to the new position.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE}: unknown whether it was written; read {@link
   *     #checkpoint} before anything else. {@link Kind#LIMIT}: nothing was written, storage is full
   */
  FlushOutcome flush(Lease lease, Flush flush);

  /** The checkpoint of the sack's last flush; {@link Checkpoint#START} before the first. */
  Checkpoint checkpoint(int sack);

  /**
   * The open raw splits of a sack by span, ascending. What is not open here is in the aggregates as
   * stored; so read this before splits.
   */
  List<OpenSpan> openSplits(int sack);

  /**
   * The starts of the spans of all raw splits that were ever opened in a sack, ascending; those
   * that are gone included. There are no samples and no windows outside of these spans. What is
   * flushed after the call may have opened others.
   */
  long[] writtenSpans(int sack);
}
