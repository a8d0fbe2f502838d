package orzo.storage;

import static java.util.Objects.requireNonNull;

/**
 * Some series of a sack that were deleted in one step.
 *
 * @param number counts the deletions of a sack, from 1
 * @param timeMillis when, epoch milliseconds by storage's clock
 * @param upTo samples in the backlog up to here were accepted before, and are deleted too; one
 *     behind it was accepted by a node that had not heard yet, and belongs to the metric's next
 *     life
 * @param series the series' integers, not to be changed
 */
public record Deletion(long number, long timeMillis, BacklogPosition upTo, int[] series) {
  /** Creates a deletion. */
  public Deletion {
    requireNonNull(upTo, "upTo");
    requireNonNull(series, "series");
  }
}
