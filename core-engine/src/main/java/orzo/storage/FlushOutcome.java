package orzo.storage;

/** What became of a flush. Unless it is {@link #FLUSHED}, nothing was written. */
public enum FlushOutcome {
  /** Splits and position are stored. */
  FLUSHED,
  /** The lease is no longer the sack's current one; stop processing the sack. */
  LEASE_LOST,
  /**
   * A write's offset lies behind the end of its stored split: the split expired or was never that
   * long. Replace it as a whole.
   */
  SPLIT_SHORT,
  /**
   * The stored position is already after this flush's: a request that storage answered late was
   * overtaken by a later flush. Read the position and process from there.
   */
  OUTDATED
}
