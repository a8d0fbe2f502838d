package orzo.http.gnocchi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orzo.storage.GatewayException;

/** A request that is answered with an error. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Object description;
  private final transient List<String> allowedMethods;

  private ApiError(int status, String message, Object description) {
    this(status, message, description, List.of());
  }

  private ApiError(int status, String message, Object description, List<String> allowedMethods) {
    super(message);
    this.status = status;
    this.description = description;
    this.allowedMethods = List.copyOf(allowedMethods);
  }

  /** An error that is described by a sentence. */
  static ApiError of(int status, String message) {
    return new ApiError(status, message, message);
  }

  /**
   * Something that does not exist, which a request refers to.
   *
   * @param detail what {@link JsonText} takes
   */
  static ApiError missing(String cause, Object detail) {
    return described(400, cause, detail);
  }

  /** A request by a method that a path has no answer to. */
  static ApiError notAllowed(List<String> allowedMethods) {
    return new ApiError(405, "", "", allowedMethods);
  }

  /** A parameter, or a member of a body, that is not as it should be. */
  static ApiError argument(String cause, String detail, String reason) {
    Map<String, Object> description = members("cause", cause, "detail", detail);
    description.put("reason", reason);
    return new ApiError(400, cause + ": " + detail + ": " + reason, description);
  }

  /**
   * An error that is described by more than a sentence.
   *
   * @param detail what {@link JsonText} takes
   */
  static ApiError described(int status, String cause, Object detail) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("cause", cause);
    description.put("detail", detail);
    return new ApiError(status, cause + ": " + detail, description);
  }

  /**
   * An error that is described by what it is, why, and where.
   *
   * @param detail what {@link JsonText} takes
   */
  static ApiError described(int status, String cause, String reason, Object detail) {
    Map<String, Object> description = members("cause", cause, "reason", reason);
    description.put("detail", detail);
    return new ApiError(status, cause + ": " + reason + ": " + detail, description);
  }

  /** A body that is no JSON. */
  static ApiError undecodable(String reason) {
    String cause = "Unable to decode body";
    Map<String, Object> description = members("cause", cause, "reason", reason);
    description.put("detail", List.of()); // where Gnocchi has what it has not yet read of the body
    return new ApiError(400, cause + ": " + reason, description);
  }

  /** A parameter of a list that is not as it should be. */
  static ApiError argument(String reason) {
    String cause = "Argument value error";
    return new ApiError(400, cause + ": " + reason, members("cause", cause, "reason", reason));
  }

  /**
   * A part of a body that is not as it should be.
   *
   * @param path the part: names of members and positions in lists
   */
  static ApiError invalid(String reason, List<String> path) {
    String cause = "Invalid input";
    Map<String, Object> description = members("cause", cause, "reason", reason);
    description.put("detail", path);
    return new ApiError(400, cause + ": " + reason, description);
  }

  /** A request by somebody who has not said, or not proven, who it is. */
  static ApiError unauthorized() {
    return of(401, "Who asks is not known (expected: valid credentials)");
  }

  /** A request by somebody who may not do that. */
  static ApiError forbidden() {
    return of(403, "Access was denied to this resource.");
  }

  /** The error that a failure of the engine becomes. */
  static ApiError of(GatewayException failure) {
    int status =
        switch (failure.kind()) {
          case MALFORMED -> 400;
          case LIMIT, UNAVAILABLE -> 503;
          case CORRUPT -> 500;
        };
    return of(status, String.valueOf(failure.getMessage()));
  }

  private static Map<String, Object> members(
      String name, String value, String otherName, String otherValue) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(name, value);
    members.put(otherName, otherValue);
    return members;
  }

  /** The same error in Gnocchi's words, with what they leave out. */
  ApiError explained(String explanation) {
    if (!(description instanceof Map<?, ?> members)) {
      throw new IllegalStateException(description + " (expected: a description with members)");
    }
    Map<String, Object> more = new LinkedHashMap<>();
    members.forEach((name, value) -> more.put((String) name, value));
    more.put("explanation", explanation);
    return new ApiError(status, getMessage() + ": " + explanation, more);
  }

  int status() {
    return status;
  }

  /** The methods that the path has an answer to, where that is the matter. */
  List<String> allowedMethods() {
    return allowedMethods;
  }

  /** Whether a part of a body is not as it should be. */
  boolean isInvalidInput() {
    return description instanceof Map<?, ?> members && members.containsKey("detail");
  }

  /** What is wrong, without where and with what. */
  String reason() {
    return description instanceof Map<?, ?> members && members.get("reason") instanceof String text
        ? text
        : String.valueOf(getMessage());
  }

  /** The reason phrase of the status, RFC 9110 section 15. */
  String title() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  /** The error as JSON. */
  Map<String, Object> toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("code", status);
    members.put("title", title());
    members.put("description", description);
    return members;
  }

  /** The error for people. */
  String toText() {
    String explanation =
        switch (status) {
          case 404 ->
              "The resource could not be found.\n\n"; // what WebOb says, and clients look for
          default -> "";
        };
    return status + " " + title() + "\n\n" + explanation + getMessage() + "\n";
  }
}
