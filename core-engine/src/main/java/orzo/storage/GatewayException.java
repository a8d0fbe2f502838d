package orzo.storage;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Any failure that is not a programmer's mistake: a kind to decide on, and a message to show. */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /**
   * Creates an exception.
   *
   * @param message names the place, the value and what is allowed
   */
  public GatewayException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** Creates an exception with the failure that led to it. */
  public GatewayException(Kind kind, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.kind = requireNonNull(kind, "kind");
  }

  /** What the failure means for the caller. */
  public Kind kind() {
    return kind;
  }
}
