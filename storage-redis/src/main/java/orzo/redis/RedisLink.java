package orzo.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.DefaultEndpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.BacklogPosition;
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

  /** How often one request may be sent elsewhere: slots may be on their way. */
  private static final int MAX_REDIRECTIONS = 5;

  /** Sentinel may name the old master for a while. */
  private static final long DEMOTION_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

  /**
   * What a link is made with.
   *
   * @param timeout how long commands may go unanswered
   * @param confirmation what appends wait for beside their reply; null for nothing
   */
  record Settings(
      ServerLinks.Purpose purpose,
      Duration timeout,
      @Nullable Confirmation confirmation,
      LinkListener listener,
      RedisMeters meters) {}

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String place;
  private final Settings settings;
  private final long timeoutNanos;
  private final RedisMeters meters;
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile long lastProgressNanos;
  private volatile @Nullable ServerLinks server;
  private volatile long lastDemotionNanos = System.nanoTime() - DEMOTION_PAUSE_NANOS;

  private RedisLink(
      StatefulRedisConnection<byte[], byte[]> connection, String place, Settings settings) {
    this.connection = connection;
    this.place = place;
    this.settings = settings;
    this.timeoutNanos = settings.timeout.toNanos();
    this.meters = settings.meters;
  }

  /** Connects; blocks. */
  static RedisLink open(RedisClient client, RedisURI uri, Settings settings) {
    String place = RedisUrl.place(uri);
    try {
      return new RedisLink(client.connect(ByteArrayCodec.INSTANCE, uri), place, settings);
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
  static Arguments args() {
    return new Arguments();
  }

  /** Says which server's links this is one of. */
  void belongsTo(ServerLinks all) {
    server = all;
  }

  /** Where the server is, for messages. */
  String place() {
    return place;
  }

  /**
   * Sends an append; completes when the server has it, and as many replicas as are configured.
   * Completes on a thread of Lettuce that must not be blocked.
   */
  CompletionStage<BacklogPosition> append(AppendRequest append) {
    if (settings.confirmation == null) {
      return send(append);
    }
    CompletableFuture<BacklogPosition> done = new CompletableFuture<>();
    // Before it is sent: see Confirmation. It may have been answered over another link than this.
    var _ =
        append.whenComplete((position, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else {
            append.sender().confirm(position, done);
          }
        });
    var _ = send(append);
    return done;
  }

  private void confirm(BacklogPosition position, CompletableFuture<BacklogPosition> done) {
    requireNonNull(settings.confirmation, "confirmation").confirm(this, position, done);
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
      Arguments args) {
    return send(new CommandRequest<>(call, type, output, args));
  }

  /** Sends a command and waits for its reply. */
  <T> T call(
      RedisMeters.Call call,
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      Arguments args) {
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

  /** Has somebody told of what Redis says unasked, and of connects and disconnects from now on. */
  void listen(PushListener pushes, RedisConnectionStateListener states) {
    connection.addListener(pushes);
    connection.addListener(states);
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
      disconnect();
    }
  }

  /** Drops the connection, since the server is no master any more; not again and again. */
  void dropDemoted(long nowNanos) {
    if (nowNanos - lastDemotionNanos >= DEMOTION_PAUSE_NANOS) {
      lastDemotionNanos = nowNanos;
      log.warn("Redis at {} is read-only: connecting anew", place);
      disconnect();
    }
  }

  /** Breaks the connection; Lettuce makes it anew. */
  private void disconnect() {
    if (connection instanceof RedisChannelHandler<?, ?> handler
        && handler.getChannelWriter() instanceof DefaultEndpoint endpoint) {
      endpoint.disconnect();
    }
  }

  /** Follows an error reply to another server; returns whether the request is on its way there. */
  boolean follow(Request<?> request, String error) {
    if (Failures.isReadOnly(error)) {
      ServerLinks all = server;
      if (all != null) {
        all.dropDemoted(System.nanoTime());
      }
      return false;
    }
    Optional<Redirection> redirection = Redirection.parse(error);
    if (redirection.isEmpty()) {
      if (error.startsWith("CLUSTERDOWN")) {
        settings.listener.doubtful();
      }
      return false;
    }
    ServerLinks target = settings.listener.redirected(redirection.get());
    if (target == null || request.redirections() == MAX_REDIRECTIONS) {
      return false;
    }
    lastProgressNanos = System.nanoTime();
    unanswered.decrementAndGet();
    request.prepareAgain();
    RedisLink link = target.get(settings.purpose);
    if (redirection.get().once()) {
      // Should another command come between the two, the answer is MOVED, and it begins anew.
      var _ = link.send(RedisMeters.Call.OTHER, CommandType.ASKING, new BytesOutput(), args());
    }
    var _ = link.send(request);
    return true;
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
    if (!(failure instanceof RedisCommandExecutionException)) {
      settings.listener.doubtful();
    }
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
      Function<Arguments, Arguments> arguments) {}
}
