package orzo.query;

import org.jspecify.annotations.Nullable;

/** A query that has no answer; the type is Prometheus's {@code errorType}. */
public final class QueryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Type {
    /** The question itself is wrong: HTTP 400, {@code bad_data}. */
    BAD_DATA,
    /** The question was understood and can't be answered: HTTP 422, {@code execution}. */
    EXECUTION,
    /** Time is up: HTTP 503, {@code timeout}. */
    TIMEOUT,
    /** The asker is gone: HTTP 499, {@code canceled}. */
    CANCELED,
    /** Storage is away: HTTP 503, {@code unavailable}. */
    UNAVAILABLE
  }

  private final Type type;

  /** Creates an exception with the message that the asker sees. */
  public QueryException(Type type, String message) {
    this(type, message, null);
  }

  /** Creates an exception with what led to it. */
  public QueryException(Type type, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  /** Why there is no answer. */
  public Type type() {
    return type;
  }
}
