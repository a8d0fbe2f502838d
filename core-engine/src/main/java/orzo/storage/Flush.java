package orzo.storage;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a sack's owner wants stored at once.
 *
 * @param expected the checkpoint that the owner goes on from: where another one is stored, somebody
 *     else has flushed, or storage has lost a flush, and the owner's memory is worth nothing
 * @param position the backlog up to here is in the splits then; not before that of {@code expected}
 * @param deletions the number of the sack's last {@link Deletion} that the owner knows, 0 for none;
 *     where there is a later one, the owner may be about to write what is deleted
 * @param writes changed splits, each at most once
 * @param marks raw splits that are open or closed from now on, each span at most once
 */
public record Flush(
    Checkpoint expected,
    BacklogPosition position,
    long deletions,
    List<SplitWrite> writes,
    List<OpenMarks> marks) {
  /**
   * Creates a flush.
   *
   * @throws IllegalArgumentException for a position that goes back
   */
  public Flush {
    requireNonNull(writes, "writes");
    requireNonNull(marks, "marks");
    if (position.compareTo(expected.position()) < 0) {
      throw new IllegalArgumentException(
          "position: " + position + " (expected: " + expected.position() + " or later)");
    }
  }

  /** The checkpoint once this is stored. */
  public Checkpoint next() {
    return expected.next(position);
  }
}
