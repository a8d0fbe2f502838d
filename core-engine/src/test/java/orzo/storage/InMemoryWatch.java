package orzo.storage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watched reads of an {@link InMemoryStorage}, as one connection to it gives them: news wait until
 * a reply that comes after them is read, {@link #watch} is called after some time without one, or
 * {@link #deliver} is. That a split has expired is never told, as Redis tells it late.
 */
public final class InMemoryWatch implements WatchedSplits {
  private record Read(int sack, SplitKey key) {}

  private final InMemoryStorage storage;

  private final ReentrantLock receiving = new ReentrantLock();
  private volatile @Nullable Listener listener;

  // all guarded by the storage's lock
  private final Set<Read> watched = new HashSet<>();
  private final Set<Integer> watchedOpen = new HashSet<>();
  private final Deque<Runnable> news = new ArrayDeque<>();
  private long number = 1;
  private boolean broken;

  private volatile Runnable afterReply = () -> {};
  private final long lateNanos;
  private volatile long deliveredNanos = System.nanoTime();

  InMemoryWatch(InMemoryStorage storage, Duration late) {
    this.storage = storage;
    this.lateNanos = late.toNanos();
  }

  @Override
  public void listen(Listener who) {
    listener = who;
  }

  /** Runs something each time that storage has answered a read, before its caller has the reply. */
  public void afterReply(Runnable work) {
    afterReply = work;
  }

  /** Breaks the connection: what was to be told is lost. */
  public void disconnect() {
    synchronized (storage.lock) {
      broken = true;
      watched.clear();
      watchedOpen.clear();
      news.clear();
    }
  }

  /** Makes the connection anew. */
  public void connect() {
    synchronized (storage.lock) {
      broken = false;
      number++;
    }
  }

  /** Tells what there is to tell. */
  public void deliver() {
    long now = System.nanoTime();
    receiving.lock();
    try {
      Runnable next = next();
      while (next != null) {
        next.run();
        next = next();
      }
      deliveredNanos = now;
    } finally {
      receiving.unlock();
    }
  }

  private @Nullable Runnable next() {
    synchronized (storage.lock) {
      return news.poll();
    }
  }

  @Override
  public long watch(int sack) {
    if (System.nanoTime() - deliveredNanos >= lateNanos) {
      deliver();
    }
    synchronized (storage.lock) {
      return broken ? UNWATCHED : number;
    }
  }

  @Override
  public List<StoredSplit> read(int sack, List<SplitKey> keys) {
    return reply(() -> {
      List<StoredSplit> splits = storage.splits().read(sack, keys);
      keys.forEach(key -> watched.add(new Read(sack, key)));
      return splits;
    });
  }

  @Override
  public List<OpenSpan> openSplits(int sack) {
    return reply(() -> {
      watchedOpen.add(sack);
      return storage.splits().openSplits(sack);
    });
  }

  private <T> T reply(Supplier<T> read) {
    T reply;
    synchronized (storage.lock) {
      if (broken) {
        throw new GatewayException(Kind.UNAVAILABLE, "not connected");
      }
      reply = read.get();
    }
    deliver(); // what was to be told before the reply
    afterReply.run();
    return reply;
  }

  /** Hears of a flush; the storage's lock is held. */
  void flushed(int sack, Flush flush) {
    if (!flush.marks().isEmpty() && watchedOpen.remove(sack)) {
      news.add(() -> requireNonNull(listener, "listener").openSplitsChanged(sack));
    }
    for (SplitWrite write : flush.writes()) {
      changed(sack, write.key());
    }
  }

  /** Hears of a removal that is no flush; the storage's lock is held. */
  void removed(int sack, List<SplitKey> keys) {
    keys.forEach(key -> changed(sack, key));
  }

  private void changed(int sack, SplitKey key) {
    if (watched.remove(new Read(sack, key))) {
      news.add(() -> requireNonNull(listener, "listener").splitChanged(sack, key));
    }
  }
}
