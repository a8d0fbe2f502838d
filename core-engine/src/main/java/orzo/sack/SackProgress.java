package orzo.sack;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * How far a sack's owner is, and all waiting for it: of writers' news, of queries, and of the owner
 * itself for work. Its lock also guards what queries copy of the owner's memory; nobody holds it
 * while waiting for storage. Safe for many threads.
 */
final class SackProgress {
  /** How long appended entries may lie before they are processed unasked. */
  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

  /** How often to look for entries that other nodes appended. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  /** The same while no other node is known: one may have come since. */
  private static final Duration LONE_POLL_INTERVAL = Duration.ofSeconds(1);

  /** How long a query waits for the backlog to be processed. */
  private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(10);

  private final int sack;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // all guarded by lock
  private BacklogPosition processed = BacklogPosition.START;
  private BacklogPosition appended = BacklogPosition.START;
  private boolean drainWanted;
  private boolean drainedOnce; // what was there before this owner is processed
  private boolean stopping;
  private boolean ended;

  SackProgress(int sack) {
    this.sack = sack;
  }

  /** Hears of an entry that this node appended. */
  void appended(BacklogPosition position) {
    run(() -> {
      if (position.compareTo(appended) > 0) {
        if (appended.compareTo(processed) <= 0) {
          changed.signalAll(); // it may be waiting for a poll, which is longer
        }
        appended = position;
      }
    });
  }

  /** Up to where the backlog is folded. */
  BacklogPosition processed() {
    return get(() -> processed);
  }

  /** Changes what queries copy, together with the position that it is then folded up to. */
  void fold(BacklogPosition position, Runnable change) {
    run(() -> {
      change.run();
      processed = position;
      changed.signalAll();
    });
  }

  /** Forgets what queries copy: until the owner has read all again, they must wait. */
  void startOver(Runnable change) {
    run(() -> {
      change.run();
      drainedOnce = false;
    });
  }

  /** Starts from a stored position: nothing behind it is folded. */
  void startFrom(BacklogPosition position) {
    run(() -> processed = position);
  }

  /** What there was to read is folded. */
  void drained() {
    run(() -> {
      drainedOnce = true;
      changed.signalAll();
    });
  }

  /** The owner begins to read: who asks from now on asks for the next time. */
  void draining() {
    run(() -> drainWanted = false);
  }

  /**
   * Waits until what this node had appended before is folded, or the owner has ended.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when that takes too long
   */
  void catchUp() {
    lock.lock();
    try {
      BacklogPosition target = appended;
      long left = CATCH_UP_TIMEOUT.toNanos();
      while (!hasCaughtUp(target) && !ended) {
        if (left <= 0) {
          throw new GatewayException(
              Kind.UNAVAILABLE,
              "sack "
                  + sack
                  + ": backlog not processed within "
                  + CATCH_UP_TIMEOUT.toSeconds()
                  + " s");
        }
        drainWanted = true;
        changed.signalAll();
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "sack " + sack + ": interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean hasCaughtUp(BacklogPosition target) {
    return drainedOnce && processed.compareTo(target) >= 0;
  }

  /**
   * Reads what the lock guards if what this node had appended before is folded; otherwise, and when
   * the owner has ended, does nothing and returns false.
   */
  boolean runIfCaughtUp(Runnable read) {
    lock.lock();
    try {
      boolean caughtUp = hasCaughtUp(appended) && !ended;
      if (caughtUp) {
        read.run();
      }
      return caughtUp;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it is time to read the backlog again, or for something else that is due.
   *
   * @param lastDrainNanos when it was read last, by {@link System#nanoTime}
   * @param dueNanos when there is something else to do
   * @param isLone whether no other node is known that appends
   */
  void awaitWork(long lastDrainNanos, long dueNanos, boolean isLone) {
    Duration pollInterval = isLone ? LONE_POLL_INTERVAL : POLL_INTERVAL;
    lock.lock();
    try {
      while (!stopping && !ended && !drainWanted) {
        long now = System.nanoTime();
        boolean waiting = appended.compareTo(processed) > 0;
        long due = lastDrainNanos + (waiting ? DRAIN_INTERVAL : pollInterval).toNanos();
        long left = Math.min(due - now, dueNanos - now);
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for some time, less when the owner ends. */
  void pause(Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !ended) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  /** Asks the owner to process what there is, to flush, and to end. */
  void stop() {
    run(() -> {
      stopping = true;
      changed.signalAll();
    });
  }

  boolean isStopping() {
    return get(() -> stopping);
  }

  /** Ends the owner as it is. */
  void end() {
    run(() -> {
      ended = true;
      changed.signalAll();
    });
  }

  boolean hasEnded() {
    return get(() -> ended);
  }

  /** Reads what the lock guards. */
  <T> T get(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  /** Changes what the lock guards. */
  void run(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
