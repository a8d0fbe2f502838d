package orzo.book;

import static java.util.Objects.requireNonNull;

/** A change that was not made, and neither was anything else that belongs to it. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient BookRefusal refusal;

  /** Says why. */
  public RefusedException(BookRefusal refusal) {
    super(requireNonNull(refusal, "refusal").toString(), null, false, false);
    this.refusal = refusal;
  }

  /** Why. */
  public BookRefusal refusal() {
    return refusal;
  }
}
