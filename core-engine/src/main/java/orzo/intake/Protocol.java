package orzo.intake;

/** How measures arrive; a label of the gateway's own metrics. */
public enum Protocol {
  REMOTE_WRITE("remote_write");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** The label's value. */
  public String label() {
    return label;
  }
}
