package orzo.storage;

import static java.util.Objects.requireNonNull;

/**
 * Which raw splits of one span a flush opens, and which it closes, see {@link OpenSpan}.
 *
 * @param startMillis the span's start, epoch milliseconds
 * @param opened series' integers, not to be changed until the flush returns
 * @param closed series' integers, none of them opened too
 */
public record OpenMarks(long startMillis, int[] opened, int[] closed) {
  /** Creates marks. */
  public OpenMarks {
    requireNonNull(opened, "opened");
    requireNonNull(closed, "closed");
  }
}
