package orzo.access;

/** Whether somebody may send requests. */
public sealed interface Verdict {
  /** It is this user. */
  record Admitted(User user) implements Verdict {}

  /** Nobody says who it is, or not rightly. */
  record Refused() implements Verdict {}

  /** Too many passwords are being looked at; it can be tried again. */
  record Busy() implements Verdict {}
}
