package orzo.intake;

/**
 * Why a sample, exemplar or piece of metadata was not taken; a label of the gateway's own metrics.
 */
public enum Rejection {
  /** The request, line or pickle could not be decompressed or decoded. */
  MALFORMED("malformed"),
  /** The request, compressed or not, the line or the pickle is over its size limit. */
  TOO_LARGE("too_large"),
  /** The connection ended in the middle of a line or a pickle. */
  INCOMPLETE("incomplete"),
  /** A pickle that asks for more than plain data. */
  FORBIDDEN_PICKLE("forbidden_pickle"),
  /** A value that is no number. */
  INVALID_VALUE("invalid_value"),
  /** A timestamp that is no number, or none that can be stored. */
  INVALID_TIMESTAMP("invalid_timestamp"),
  /** Not-a-number by a protocol whose servers leave it out. */
  NAN("nan"),
  /** A series without labels, without a name, or with a label that is not allowed. */
  INVALID_LABELS("invalid_labels"),
  /** A label name given twice. */
  DUPLICATE_LABEL("duplicate_label"),
  /** A dotted path without a node, or one that is too long. */
  INVALID_PATH("invalid_path"),
  /** A rule of the mapping says that the series is to be dropped. */
  DROPPED_BY_RULE("dropped_by_rule"),
  /** A native histogram that can't be one, or that has too many buckets. */
  INVALID_HISTOGRAM("invalid_histogram"),
  /** An exemplar with labels that are not allowed, or of a series that was rejected. */
  INVALID_EXEMPLAR("invalid_exemplar"),
  /** Metadata without a metric name, or with a text that is not allowed. */
  INVALID_METADATA("invalid_metadata"),
  /** Too much is on its way to storage already. */
  OVERLOADED("overloaded"),
  /** The backlog has reached its bound. */
  BACKLOG_FULL("backlog_full"),
  /** Storage refused to keep more. */
  STORAGE_FULL("storage_full"),
  /** Storage is away. */
  UNAVAILABLE("unavailable"),
  /** Something failed that is not the sender's fault; the log tells what. */
  INTERNAL("internal");

  private final String label;

  Rejection(String label) {
    this.label = label;
  }

  /** The label's value. */
  public String label() {
    return label;
  }
}
