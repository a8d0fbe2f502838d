package orzo.gateway;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners. They are closed at the same time, because each may wait for its requests in flight
 * and a stop has five seconds in all.
 */
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<AutoCloseable> listeners = new CopyOnWriteArrayList<>();

  /** Takes over a listener, started or not. */
  <T extends AutoCloseable> T add(T listener) {
    listeners.add(listener);
    return listener;
  }

  @Override
  public void close() {
    List<Thread> closing =
        listeners.stream().map(one -> Thread.startVirtualThread(() -> close(one))).toList();
    try {
      for (Thread one : closing) {
        one.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable listener) {
    try {
      listener.close();
    } catch (Exception e) { // the top of a thread
      LOG.warn("{} did not stop cleanly", listener.getClass().getSimpleName(), e);
    }
  }
}
