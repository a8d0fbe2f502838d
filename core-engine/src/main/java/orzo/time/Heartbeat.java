package orzo.time;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;

/**
 * Calls a task again and again on a virtual thread of its own, with a pause between the end of one
 * call and the start of the next. A {@link GatewayException} goes to the log of outages, and ends
 * nothing.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

  private final String name;
  private final Duration pause;
  private final OutageLog outages;
  private final Runnable task;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stop = lock.newCondition();
  private boolean stopping; // guarded by lock

  private Heartbeat(String name, Duration pause, OutageLog outages, Runnable task) {
    this.name = name;
    this.pause = pause;
    this.outages = outages;
    this.task = task;
    this.thread = Thread.ofVirtual().name("orzo-" + name).unstarted(this::run);
  }

  /** Starts one; the first call comes after the first pause. */
  public static Heartbeat start(String name, Duration pause, OutageLog outages, Runnable task) {
    Heartbeat heartbeat = new Heartbeat(name, pause, outages, task);
    heartbeat.thread.start();
    return heartbeat;
  }

  /** Waits for a call that is under way, and makes no more. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      stop.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (awaitNext()) {
      try {
        task.run();
        outages.succeeded(name);
      } catch (GatewayException e) {
        outages.failed(name, e);
      } catch (RuntimeException e) {
        log.error("{}: failed", name, e);
      }
    }
    outages.succeeded(name);
  }

  /** Returns false when stopping. */
  private boolean awaitNext() {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!stopping && left > 0) {
        left = stop.awaitNanos(left);
      }
      return !stopping;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }
}
