package orzo.http.prometheus;

import orzo.query.QueryException;
import orzo.storage.GatewayException;

/** A request that is answered with an error; the message is what the asker sees. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Prometheus's error types with their HTTP status. */
  enum Type {
    BAD_DATA("bad_data", 400),
    EXECUTION("execution", 422),
    CANCELED("canceled", 499),
    TIMEOUT("timeout", 503),
    // Prometheus answers 500, for want of a case; 503 is what says that retrying helps.
    UNAVAILABLE("unavailable", 503),
    // Of the same type in Prometheus.
    FORBIDDEN("unavailable", 403),
    INTERNAL("internal", 500);

    private final String text;
    private final int status;

    Type(String text, int status) {
      this.text = text;
      this.status = status;
    }

    /** As {@code errorType} names it. */
    String text() {
      return text;
    }

    /** The HTTP status that goes with it. */
    int status() {
      return status;
    }
  }

  private final Type type;

  ApiException(Type type, String message) {
    super(message);
    this.type = type;
  }

  private ApiException(Type type, String message, Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  Type type() {
    return type;
  }

  /** A parameter with a value that is not allowed. */
  static ApiException invalidParameter(String name, String reason) {
    return new ApiException(Type.BAD_DATA, "invalid parameter \"" + name + "\": " + reason);
  }

  /** What a query engine's refusal is answered with; a wrong question is the query parameter's. */
  static ApiException of(QueryException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return switch (refusal.type()) {
      case BAD_DATA ->
          new ApiException(Type.BAD_DATA, "invalid parameter \"query\": " + message, refusal);
      case EXECUTION -> new ApiException(Type.EXECUTION, message, refusal);
      case TIMEOUT -> new ApiException(Type.TIMEOUT, message, refusal);
      case CANCELED -> new ApiException(Type.CANCELED, message, refusal);
      case UNAVAILABLE -> new ApiException(Type.UNAVAILABLE, message, refusal);
    };
  }

  /** What any other failure of the layers below is answered with. */
  static ApiException of(GatewayException failure) {
    Type type =
        switch (failure.kind()) {
          case MALFORMED -> Type.BAD_DATA;
          case LIMIT -> Type.EXECUTION;
          case UNAVAILABLE -> Type.UNAVAILABLE;
          case CORRUPT -> Type.INTERNAL;
        };
    return new ApiException(type, String.valueOf(failure.getMessage()), failure);
  }
}
