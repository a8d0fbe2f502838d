package orzo.gnocchi.operations;

import java.util.List;

/** Operations that are none; the message is in Gnocchi's words, which its clients may look for. */
public final class InvalidOperations extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The string is no list in parentheses. */
    TEXT,
    /** The lists are no operations. */
    FORM
  }

  private final Kind kind;
  private final transient List<Integer> path;

  InvalidOperations(Kind kind, String message, List<Integer> path) {
    super(message);
    this.kind = kind;
    this.path = path;
  }

  static InvalidOperations form(String message) {
    return new InvalidOperations(Kind.FORM, message, List.of());
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** What is wrong, in words. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /**
   * Which part of an operation it is, as Gnocchi counts: positions in lists from the operation's
   * first argument on; empty for the operations as a whole.
   */
  public List<Integer> path() {
    return path;
  }
}
