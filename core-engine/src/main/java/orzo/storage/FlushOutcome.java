package orzo.storage;

/** What became of a flush. Unless it is {@link #FLUSHED}, nothing was written. */
public enum FlushOutcome {
  /** Splits, marks and checkpoint are stored. */
  FLUSHED,
  /** The lease is no longer the sack's current one; stop processing the sack. */
  LEASE_LOST,
  /**
   * A write's offset lies behind the end of its stored split: the split expired or was never that
   * long. Replace it as a whole.
   */
  SPLIT_SHORT,
  /**
   * Another checkpoint than the expected one is stored: this flush, or an earlier one that storage
   * answered late, was stored after all, or storage went back to an earlier state of its own. Read
   * the checkpoint and process from there.
   */
  OUTDATED,
  /** Series were deleted that the owner has not heard of; hear of them, and then flush again. */
  DELETIONS_UNHEARD
}
