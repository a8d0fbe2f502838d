package orzo.mapping;

import orzo.intake.Registration;
import orzo.intake.Rejection;

/** What became of a name: a series to be registered, or a refusal. */
public sealed interface Mapped {
  /** The series that the name stands for. */
  record Series(Registration registration) implements Mapped {}

  /**
   * A name that stands for no series.
   *
   * @param reason what its samples are counted under
   * @param text names the offending part, its value and what is allowed
   */
  record Refused(Rejection reason, String text) implements Mapped {}
}
