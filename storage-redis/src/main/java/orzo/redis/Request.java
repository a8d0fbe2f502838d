package orzo.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way and the future of its reply in one object, since appends are many. Lettuce
 * completes it once: with the reply, or when the connection refused it or broke. A reply that a
 * cluster's slot is elsewhere does not complete it; it is then sent there.
 */
abstract class Request<T> extends CompletableFuture<T> implements RedisCommand<byte[], byte[], T> {
  final RedisMeters.Call call;
  private final CommandType type;
  private final CommandOutput<byte[], byte[], T> output;
  private @Nullable RedisLink link; // set before it is sent
  private long startNanos;
  private int redirections;

  Request(RedisMeters.Call call, CommandType type, CommandOutput<byte[], byte[], T> output) {
    this.call = call;
    this.type = type;
    this.output = output;
  }

  void sentOver(RedisLink sender, long nowNanos) {
    link = sender;
    startNanos = nowNanos;
  }

  /** How long ago it was sent. */
  long millisSinceSent(long nowNanos) {
    return Math.max(0, nowNanos - startNanos) / 1_000_000;
  }

  /** The link that it was sent over last. */
  final RedisLink sender() {
    return requireNonNull(link, "not sent yet");
  }

  /** How often it was sent elsewhere. */
  final int redirections() {
    return redirections;
  }

  /** Makes it as if it had not been answered, before it is sent elsewhere. */
  @SuppressWarnings("NullAway") // no error, which Lettuce does not annotate
  final void prepareAgain() {
    redirections++;
    output.setError((String) null);
  }

  /** Called once when the request is done, before its future completes. */
  protected void done() {}

  @Override
  public final void complete() {
    if (output.hasError()) {
      String error = output.getError();
      if (link == null || !link.follow(this, error)) {
        completeExceptionally(new RedisCommandExecutionException(error));
      }
    } else if (!isDone()) {
      done();
      if (link != null) {
        link.answered(this, startNanos);
      }
      complete(output.get());
    }
  }

  @Override
  public final boolean completeExceptionally(Throwable failure) {
    if (isDone()) {
      return false;
    }
    done();
    return super.completeExceptionally(link == null ? failure : link.failed(this, failure));
  }

  @Override
  public final void cancel() {
    completeExceptionally(new RedisException("connection closed"));
  }

  @Override
  public final CommandOutput<byte[], byte[], T> getOutput() {
    return output;
  }

  @Override
  public final CommandType getType() {
    return type;
  }

  @Override
  public final void setOutput(CommandOutput<byte[], byte[], T> other) {
    throw new UnsupportedOperationException("only transactions of Lettuce change an output");
  }

  /** None that Lettuce would have to know: requests encode themselves. */
  @Override
  public final @Nullable CommandArgs<byte[], byte[]> getArgs() {
    return null;
  }
}
