package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The part of a scan that waits for nothing: decodes what is in memory on the calling thread, and
 * on processors too if it turns out to be much, since to wake another thread takes as long as some
 * hundred series. For one scan.
 */
final class ScanAtHand {
  /** How much work there must be left for another thread, in nanoseconds. */
  private static final long WORTH_HELP_NANOS = 200_000;

  private final List<SackSeries> parts;
  private final Function<SackSeries, @Nullable Chunk> reading;
  private final ExecutorService processors;
  private final int helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final ConcurrentLinkedQueue<SackSeries> left = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int helping; // guarded by lock
  private boolean over; // guarded by lock

  /**
   * Prepares it.
   *
   * @param parts what is to be read
   * @param reading reads a part, or gives null if that would have to wait
   * @param helpers how many processors may help
   */
  ScanAtHand(
      List<SackSeries> parts,
      Function<SackSeries, @Nullable Chunk> reading,
      ExecutorService processors,
      int helpers) {
    this.parts = parts;
    this.reading = reading;
    this.processors = processors;
    this.helpers = helpers;
  }

  /**
   * Decodes all parts that are in memory; nobody visits any more once this has returned or thrown.
   *
   * @return the parts that were not
   */
  List<SackSeries> run() {
    try {
      work(true);
    } finally {
      awaitHelpers();
    }
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    } else if (thrown != null) {
      throw new IllegalStateException("decoding failed", thrown);
    }
    return new ArrayList<>(left);
  }

  private void work(boolean mayAsk) {
    boolean asks = mayAsk;
    Scratch scratch = new Scratch();
    long began = System.nanoTime();
    int done = 0;
    try {
      for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
        if (abandoned.get()) {
          return;
        }
        SackSeries part = parts.get(i);
        Chunk chunk = reading.apply(part);
        if (chunk == null) {
          left.add(part);
        } else {
          chunk.decode(scratch, abandoned);
        }
        done++;
        if (asks
            && (System.nanoTime() - began) / done * (parts.size() - i - 1) > WORTH_HELP_NANOS) {
          asks = false;
          askForHelp(Math.min(helpers, parts.size() - i - 1));
        }
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      abandoned.set(true);
    }
  }

  private void askForHelp(int number) {
    try {
      for (int i = 0; i < number; i++) {
        processors.execute(this::help);
      }
    } catch (RejectedExecutionException e) {
      // Without help it takes longer; who stops the processors will soon stop the asker too.
      return;
    }
  }

  private void help() {
    lock.lock();
    try {
      if (over) {
        return;
      }
      helping++;
    } finally {
      lock.unlock();
    }
    work(false);
    lock.lock();
    try {
      helping--;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for those that have begun; others will find that there is nothing left to do. */
  private void awaitHelpers() {
    lock.lock();
    try {
      over = true;
      while (helping > 0) {
        ended.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
