package orzo.redis;

import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Holds back the acknowledgement of appends until enough replicas have them, by {@code WAIT} on the
 * link that carried the appends.
 *
 * <p>{@code WAIT} covers what its connection wrote before it. Replies come in the order of
 * commands, so when it is answered, every append that was answered earlier is covered. While one is
 * under way no other is sent: it holds up its connection, and what is appended meanwhile is covered
 * by the next one together. Whenever an answered append is held back, a {@code WAIT} is under way
 * on the same connection; if that breaks, the {@code WAIT} fails, and with it the appends. (On a
 * new connection {@code WAIT} would cover nothing and succeed.)
 */
final class Confirmation {
  private record Held(BacklogPosition position, CompletableFuture<BacklogPosition> done) {}

  private final int replicas;
  private final Duration timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Held> answered = new ArrayList<>(); // guarded by lock
  private boolean waiting; // guarded by lock

  /**
   * Creates it for one link.
   *
   * @param replicas how many must confirm
   * @param timeout how long they may take
   */
  Confirmation(int replicas, Duration timeout) {
    this.replicas = replicas;
    this.timeout = timeout;
  }

  /** Completes {@code done} once replicas have an append that the link's server just answered. */
  void confirm(RedisLink link, BacklogPosition position, CompletableFuture<BacklogPosition> done) {
    lock.lock();
    try {
      answered.add(new Held(position, done));
      if (waiting) {
        return;
      }
      waiting = true;
    } finally {
      lock.unlock();
    }
    startWait(link);
  }

  private void startWait(RedisLink link) {
    Request<long[]> wait =
        new CommandRequest<>(
            RedisMeters.Call.WAIT_REPLICAS,
            CommandType.WAIT,
            new LongsOutput(),
            RedisLink.args().add(replicas).add(timeout.toMillis()));
    // Before it is sent, so that no append can be answered between its reply and this.
    var _ =
        wait.whenComplete(
            (confirmed, failure) -> finishWait(link, failure == null ? confirmed[0] : 0, failure));
    var _ = link.send(wait);
  }

  private void finishWait(RedisLink link, long confirmed, @Nullable Throwable failure) {
    List<Held> covered;
    lock.lock();
    try {
      covered = answered;
      answered = new ArrayList<>();
    } finally {
      lock.unlock();
    }
    if (failure == null && confirmed >= replicas) {
      covered.forEach(held -> held.done.complete(held.position));
    } else {
      Throwable reason = failure == null ? unconfirmed(link, confirmed) : failure;
      covered.forEach(held -> held.done.completeExceptionally(reason));
    }
    lock.lock();
    try {
      waiting = !answered.isEmpty();
      if (!waiting) {
        return;
      }
    } finally {
      lock.unlock();
    }
    startWait(link);
  }

  private GatewayException unconfirmed(RedisLink link, long confirmed) {
    return new GatewayException(
        Kind.UNAVAILABLE,
        "Redis at "
            + link.place()
            + ", append: "
            + confirmed
            + " replicas confirmed it within "
            + timeout.toMillis()
            + " ms (expected: "
            + replicas
            + ")");
  }
}
