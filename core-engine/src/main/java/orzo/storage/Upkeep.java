package orzo.storage;

import java.util.List;

/**
 * What keeping storage clean needs: looking at every split there is, and removing what belongs to
 * nothing. Safe for many threads. Calls block.
 *
 * <p>A sweep of a sack begins with {@link #begin}; then {@link #scan} shows the splits. A split
 * that exists all the while is shown at least once. From {@link #begin} on storage remembers which
 * series had a raw split opened or closed, so that {@link #retire} can tell that a series which the
 * scan did not show has no split indeed.
 */
public interface Upkeep {
  /**
   * A split, as a scan shows it.
   *
   * @param sack the sack that it is in
   */
  record FoundSplit(int sack, SplitKey key) {}

  /**
   * A part of a scan.
   *
   * @param found splits, in no order; some may be shown twice
   * @param keys about how many keys of any kind storage looked at
   * @param next where to go on; {@link #START} when the scan is complete
   */
  record Page(List<FoundSplit> found, long keys, String next) {
    /** Keeps a copy. */
    public Page {
      found = List.copyOf(found);
    }
  }

  /** Where a scan begins. */
  String START = "";

  /**
   * Begins a sweep of a sack. An earlier one that is not finished can retire nothing from now on.
   *
   * @return the sweep's number
   */
  long begin(int sack);

  /**
   * Shows the next splits of all sacks, a few thousand at the most.
   *
   * @param from {@link #START}, or where an earlier page said to go on
   */
  Page scan(String from);

  /**
   * Removes splits of one sack, of series that are deleted or of granularities that are not kept.
   *
   * @return how many were there
   */
  int remove(int sack, List<SplitKey> keys);

  /**
   * Deletes series that had no split when the sweep looked, and have not got one since. Nothing
   * that was accepted is lost: what is in the backlog and not in splits yet is behind the {@link
   * Deletion#upTo} of the deletion.
   *
   * @param sweep the number of the sweep; nothing is done if a later one has begun
   * @return how many of the series were deleted
   */
  int retire(int sack, long sweep, int[] series);

  /**
   * Forgets deletions up to number {@code upTo}, and the entries of the series they deleted. The
   * sack's last deletion, and the entry of its last series, must not be among them.
   */
  void forget(int sack, long upTo);
}
