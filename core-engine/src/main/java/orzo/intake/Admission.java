package orzo.intake;

/** Whether the intake takes samples at the moment. */
public enum Admission {
  /** It does. */
  ACCEPTING("accepting"),
  /** The backlog has reached its bound; what is appended is refused until it has shrunk. */
  BACKLOG_FULL("backlog_full"),
  /** Storage has just refused to keep more; what is appended will most likely be refused, too. */
  STORAGE_FULL("storage_full");

  private final String label;

  Admission(String label) {
    this.label = label;
  }

  /** The name as the value of a label. */
  public String label() {
    return label;
  }
}
