package orzo.intake;

/** Why a sample was not taken; a label of the gateway's own metrics. */
public enum Rejection {
  /** The request could not be decompressed or decoded. */
  MALFORMED("malformed"),
  /** The request, compressed or not, is over its size limit. */
  TOO_LARGE("too_large"),
  /** A series without labels, without a name, or with a label that is not allowed. */
  INVALID_LABELS("invalid_labels"),
  /** A label name given twice. */
  DUPLICATE_LABEL("duplicate_label"),
  /** A native histogram. */
  HISTOGRAM_UNSUPPORTED("histogram_unsupported"),
  /** Too much is waiting already. */
  OVERLOADED("overloaded"),
  /** Storage is away. */
  UNAVAILABLE("unavailable");

  private final String label;

  Rejection(String label) {
    this.label = label;
  }

  /** The label's value. */
  public String label() {
    return label;
  }
}
