package orzo.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.protocol.CommandType;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.WatchedSplits;

/**
 * A link on which Redis tells of changes of the keys that were read over it ({@code CLIENT
 * TRACKING}). Redis forgets that with the connection, so each connection is another watch. Nothing
 * but reads that want to be watched may go over this link.
 */
final class RedisWatch implements PushListener, RedisConnectionStateListener {
  private static final Logger log = LoggerFactory.getLogger(RedisWatch.class);

  /** How old the last sign of life may be: news are never later than that unnoticed. */
  private static final Duration LONGEST_SILENCE = Duration.ofMillis(500);

  private final RedisLink link;
  private final AtomicLong numbers;
  private final Consumer<byte @Nullable []> news;

  /** When the last request that was answered had been sent, by {@link System#nanoTime}. */
  private volatile long heardNanos = System.nanoTime();

  private volatile long watch = WatchedSplits.UNWATCHED; // written under lock
  private final Object lock = new Object();
  private long connection; // guarded by lock

  private RedisWatch(RedisLink link, AtomicLong numbers, Consumer<byte @Nullable []> news) {
    this.link = link;
    this.numbers = numbers;
    this.news = news;
  }

  /**
   * Begins to watch.
   *
   * @param numbers the last number of a watch; all links of a storage share it
   * @param news gets the name of each key that has changed, or null when all may have, on threads
   *     that must not be blocked
   */
  static RedisWatch start(RedisLink link, AtomicLong numbers, Consumer<byte @Nullable []> news) {
    RedisWatch watch = new RedisWatch(link, numbers, news);
    link.listen(watch, watch);
    watch.begin();
    return watch;
  }

  RedisLink link() {
    return link;
  }

  /** See {@link WatchedSplits#watch}. */
  long number() {
    if (watch != WatchedSplits.UNWATCHED
        && System.nanoTime() - heardNanos > LONGEST_SILENCE.toNanos()) {
      long sent = System.nanoTime();
      link.call(RedisMeters.Call.OTHER, CommandType.PING, new BytesOutput(), RedisLink.args());
      heard(sent);
    }
    return watch;
  }

  /**
   * A request that was sent at some time has been answered: since replies and news come in order,
   * all news of before that time have been told.
   */
  void heard(long sentNanos) {
    if (sentNanos - heardNanos > 0) {
      heardNanos = sentNanos; // of two at once the older may stay: that only costs a ping
    }
  }

  @Override
  public void onRedisConnected(RedisChannelHandler<?, ?> handler, @Nullable SocketAddress server) {
    begin();
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
    // Lettuce tells this before it begins to reconnect: what is read over the next connection
    // can't be taken for watched by this one.
    synchronized (lock) {
      connection = numbers.incrementAndGet();
      watch = WatchedSplits.UNWATCHED;
    }
  }

  private void begin() {
    long number = numbers.incrementAndGet();
    synchronized (lock) {
      connection = number;
      watch = WatchedSplits.UNWATCHED;
    }
    var _ =
        link.send(
                RedisMeters.Call.OTHER,
                CommandType.CLIENT,
                new BytesOutput(),
                RedisLink.args().add("TRACKING").add("ON"))
            .whenComplete((_, failure) -> begun(number, failure));
  }

  private void begun(long number, @Nullable Throwable failure) {
    if (failure != null) {
      log.warn("queries are not cached: {}", failure.getMessage());
      return;
    }
    synchronized (lock) {
      if (connection == number) {
        watch = number;
      }
    }
  }

  @Override
  public void onPushMessage(PushMessage message) {
    if (!message.getType().equals("invalidate")) {
      return;
    }
    List<Object> content = message.getContent(RedisWatch::bytes);
    if (content.size() < 2 || !(content.get(1) instanceof List<?> names)) {
      news.accept(null); // FLUSHALL or FLUSHDB
      return;
    }
    for (Object name : names) {
      if (name instanceof byte[] key) {
        news.accept(key);
      }
    }
  }

  private static Object bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
