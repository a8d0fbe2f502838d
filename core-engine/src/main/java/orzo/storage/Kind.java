package orzo.storage;

/** What a failure means for the caller; each protocol maps it to its own replies. */
public enum Kind {
  /** The same bytes will never work. */
  MALFORMED,
  /** A configured bound would be exceeded. */
  LIMIT,
  /** Something needed is away for now; retrying helps. */
  UNAVAILABLE,
  /** Stored bytes fail their own checks. */
  CORRUPT
}
