package orzo.index;

import java.util.BitSet;

/** What this node has heard of deleted series. Safe for many threads; does not block. */
public interface DeletedSeries {
  /** The number of the last deletion of a sack that this node has heard of, 0 for none. */
  long heard(int sack);

  /** The series of a sack that are deleted, as far as this node has heard; a copy. */
  BitSet deleted(int sack);
}
