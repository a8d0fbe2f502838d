package orzo.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DefaultEndpoint;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * One connection that many threads share; commands are pipelined. Lettuce reconnects it when it
 * breaks. What was under way then, and what is asked for until it is back, fails at once: nothing
 * is kept and sent again.
 *
 * <p>A server that stops answering without closing the connection is found by {@link
 * #dropIfSilent}: replies come in the order of commands, so that one clock per connection does, and
 * no command pays for a timer of its own.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String place;
  private final long timeoutNanos;
  private final RedisMeters meters;
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile long lastProgressNanos;

  private RedisLink(
      StatefulRedisConnection<byte[], byte[]> connection,
      String place,
      Duration timeout,
      RedisMeters meters) {
    this.connection = connection;
    this.place = place;
    this.timeoutNanos = timeout.toNanos();
    this.meters = meters;
  }

  /** Connects; blocks. */
  static RedisLink open(RedisClient client, RedisURI uri, Duration timeout, RedisMeters meters) {
    String place = RedisUrl.place(uri);
    try {
      return new RedisLink(client.connect(ByteArrayCodec.INSTANCE, uri), place, timeout, meters);
    } catch (RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new GatewayException(
          Kind.UNAVAILABLE, "Redis at " + place + ": cannot connect: " + root.getMessage(), e);
    }
  }

  /** Arguments of a command, to be filled. */
  static CommandArgs<byte[], byte[]> args() {
    return new CommandArgs<>(ByteArrayCodec.INSTANCE);
  }

  /** Sends a request; it completes on a thread of Lettuce that must not be blocked. */
  <T> Request<T> send(Request<T> request) {
    long now = System.nanoTime();
    request.sentOver(this, now);
    if (unanswered.getAndIncrement() == 0) {
      lastProgressNanos = now;
    }
    connection.dispatch(request);
    return request;
  }

  /** Sends a command. */
  <T> Request<T> send(
      RedisMeters.Call call,
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      CommandArgs<byte[], byte[]> args) {
    return send(new CommandRequest<>(call, type, output, args));
  }

  /** Sends a command and waits for its reply. */
  <T> T call(
      RedisMeters.Call call,
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      CommandArgs<byte[], byte[]> args) {
    return await(send(call, type, output, args));
  }

  /** Sends a script's digest. */
  <T> Request<T> send(ScriptCall<T> script) {
    return send(
        script.call(),
        CommandType.EVALSHA,
        script.output().get(),
        script.arguments().apply(args().add(script.script().digest())));
  }

  /** Waits for a script's reply; sends the script itself where Redis has lost it. */
  <T> T await(ScriptCall<T> script, Request<T> sent) {
    return await(script, sent, System.nanoTime() + timeoutNanos);
  }

  /**
   * Waits for a script's reply until a time of {@link System#nanoTime}, and longer only where Redis
   * has lost the script.
   */
  <T> T await(ScriptCall<T> script, Request<T> sent, long deadlineNanos) {
    try {
      return await(sent, deadlineNanos - System.nanoTime());
    } catch (GatewayException e) {
      if (!Failures.isUnknownScript(e)) {
        throw e;
      }
      return call(
          script.call(),
          CommandType.EVAL,
          script.output().get(),
          script.arguments().apply(args().add(script.script().source())));
    }
  }

  /** Runs a script and waits for its reply. */
  <T> T call(ScriptCall<T> script) {
    return await(script, send(script));
  }

  /**
   * Waits for a reply.
   *
   * @throws GatewayException the request's failure
   */
  <T> T await(Request<T> request) {
    return await(request, timeoutNanos);
  }

  private <T> T await(Request<T> request, long nanos) {
    try {
      return request.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Failures.unanswered(request.call, place, request.millisSinceSent(System.nanoTime()));
    } catch (ExecutionException e) {
      throw Failures.of(request.call, place, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(
          Kind.UNAVAILABLE, "interrupted while Redis did " + request.call.label(), e);
    }
  }

  /** Drops the connection when a command has waited too long and nothing was answered since. */
  void dropIfSilent(long nowNanos) {
    if (unanswered.get() > 0 && nowNanos - lastProgressNanos > timeoutNanos) {
      log.warn(
          "Redis at {} has answered nothing for {} ms: dropping the connection with {} commands",
          place,
          (nowNanos - lastProgressNanos) / 1_000_000,
          unanswered.get());
      lastProgressNanos = nowNanos;
      if (connection instanceof RedisChannelHandler<?, ?> handler
          && handler.getChannelWriter() instanceof DefaultEndpoint endpoint) {
        endpoint.disconnect();
      }
    }
  }

  void answered(Request<?> request, long startNanos) {
    long now = System.nanoTime();
    lastProgressNanos = now;
    unanswered.decrementAndGet();
    meters.countAnswered(request.call, now - startNanos);
  }

  GatewayException failed(Request<?> request, Throwable failure) {
    lastProgressNanos = System.nanoTime();
    unanswered.decrementAndGet();
    meters.countFailed(request.call);
    return Failures.of(request.call, place, failure);
  }

  @Override
  public void close() {
    connection.close();
  }

  /**
   * A script with what it is called with.
   *
   * @param output makes a new output, since a second attempt needs its own
   * @param arguments adds number of keys, keys and arguments
   */
  record ScriptCall<T>(
      RedisMeters.Call call,
      Script script,
      Supplier<CommandOutput<byte[], byte[], T>> output,
      Function<CommandArgs<byte[], byte[]>, CommandArgs<byte[], byte[]>> arguments) {}
}
