package orzo.statsd;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends flushed statistics on in carbon's line protocol, as the reference daemon does: each flush
 * is a connection of its own, and one that fails is not repeated. Safe for many threads.
 */
final class CarbonForwarder {
  private static final Logger log = LoggerFactory.getLogger(CarbonForwarder.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How many flushes may be on their way at once. */
  private static final int MAX_CONNECTIONS = 4;

  /**
   * How flushes went.
   *
   * @param lastFlushSeconds when the last one was sent, since 1970
   * @param lastExceptionSeconds when one failed, 0 if none has
   * @param flushMillis how long the last one took
   * @param flushLength how many characters it had
   */
  record Progress(
      long lastFlushSeconds, long lastExceptionSeconds, long flushMillis, long flushLength) {}

  private final String host;
  private final int port;
  private final StatsdCounters counters;
  private final InstantSource clock;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private volatile Progress progress;

  CarbonForwarder(String host, int port, StatsdCounters counters, InstantSource clock) {
    this.host = host;
    this.port = port;
    this.counters = counters;
    this.clock = clock;
    progress = new Progress(clock.millis() / 1000, 0, 0, 0);
  }

  /** Sends lines, without waiting for it. */
  void send(StringBuilder lines) {
    if (!connections.tryAcquire()) {
      failed("the flushes before it are not through yet");
      return;
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    Thread.ofVirtual()
        .name("statsd-forward")
        .start(() -> {
          try {
            send(bytes);
          } finally {
            connections.release();
          }
        });
  }

  private void send(byte[] bytes) {
    long start = clock.millis();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(TIMEOUT.toMillis()));
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      long end = clock.millis();
      progress =
          new Progress(end / 1000, progress.lastExceptionSeconds(), end - start, bytes.length);
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  private void failed(String reason) {
    counters.forwardFailure();
    Progress last = progress;
    progress =
        new Progress(
            last.lastFlushSeconds(), clock.millis() / 1000, last.flushMillis(), last.flushLength());
    log.warn("statsd: a flush was not forwarded to {}:{}: {}", host, port, reason);
  }

  /** How flushes went so far. */
  Progress progress() {
    return progress;
  }
}
