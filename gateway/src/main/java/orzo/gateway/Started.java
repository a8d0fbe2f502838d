package orzo.gateway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be closed in reverse order. Safe for many threads, so that a signal can end
 * a start half-way.
 */
final class Started implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Started.class);

  private record Part(String name, AutoCloseable closeable) {}

  private final Deque<Part> parts = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Takes over a part that was just started.
   *
   * @throws IllegalStateException when all is closed already; the part then is, too
   */
  <T extends AutoCloseable> T add(String name, T part) {
    synchronized (this) {
      if (!closed) {
        parts.push(new Part(name, part));
        return part;
      }
    }
    close(new Part(name, part));
    throw new IllegalStateException("stopped while " + name + " was started");
  }

  /** Waits for {@link #close} to be called, at most that long; returns whether it was. */
  boolean awaitClosing(Duration atMost) throws InterruptedException {
    return closing.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Closes all parts; one that fails is logged and does not keep the others open. */
  @Override
  public void close() {
    closing.countDown();
    Deque<Part> rest;
    synchronized (this) {
      closed = true;
      rest = new ArrayDeque<>(parts);
      parts.clear();
    }
    rest.forEach(Started::close);
  }

  private static void close(Part part) {
    try {
      part.closeable().close();
      LOG.debug("stopped {}", part.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while {} was stopped", part.name());
    } catch (Exception e) { // the top of what close() may do: the other parts come next
      LOG.warn("{} did not stop cleanly", part.name(), e);
    }
  }
}
