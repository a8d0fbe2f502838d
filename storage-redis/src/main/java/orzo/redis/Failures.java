package orzo.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Turns what Lettuce and Redis report into what the ports promise. */
final class Failures {
  // A reply starts with its error code. Redis 6.2 wraps the code of a command that a script called:
  // "ERR Error running script (call to f_…): @user_script:12: @user_script: 12: -OOM command …".
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile("^OOM |^ERR Error running script .*: -OOM ", Pattern.DOTALL);

  private static final Pattern READ_ONLY =
      Pattern.compile("^READONLY |^ERR Error running script .*: -READONLY ", Pattern.DOTALL);

  private Failures() {}

  /** The failure of a call to {@code place}. */
  static GatewayException of(RedisMeters.Call call, String place, Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof GatewayException known) {
      return known;
    }
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    Kind kind =
        cause instanceof RedisCommandExecutionException ? kindOfReply(reason) : Kind.UNAVAILABLE;
    return new GatewayException(
        kind, "Redis at " + place + ", " + call.label() + ": " + reason, cause);
  }

  /** The failure of a call that Redis did not answer in time. */
  static GatewayException unanswered(RedisMeters.Call call, String place, long millis) {
    return new GatewayException(
        Kind.UNAVAILABLE,
        "Redis at " + place + ", " + call.label() + ": no answer within " + millis + " ms");
  }

  /**
   * What an error reply means. All that is neither a full server nor a key of another type
   * (LOADING, READONLY, MASTERDOWN, MISCONF, BUSY, NOAUTH …) is a state of the server that an
   * operator or time ends.
   */
  static Kind kindOfReply(String reply) {
    if (OUT_OF_MEMORY.matcher(reply).find()) {
      return Kind.LIMIT;
    }
    return reply.startsWith("WRONGTYPE ") ? Kind.CORRUPT : Kind.UNAVAILABLE;
  }

  /** Whether a reply says that the server is a replica. */
  static boolean isReadOnly(String reply) {
    return READ_ONLY.matcher(reply).find();
  }

  /** Whether a reply says that Redis does not know a script by its digest. */
  static boolean isUnknownScript(Throwable failure) {
    Throwable cause = failure instanceof GatewayException ? failure.getCause() : failure;
    return cause instanceof RedisCommandExecutionException
        && cause.getMessage() != null
        && cause.getMessage().startsWith("NOSCRIPT");
  }
}
