package orzo.gateway;

import java.time.Duration;
import java.util.Optional;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;
import orzo.storage.Storage;
import orzo.time.Heartbeat;

/** Whether requests can be served: asks storage now and then, so that telling it never blocks. */
final class Readiness implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Storage storage;
  private final Heartbeat heartbeat;
  private volatile Optional<String> obstacle = Optional.empty();

  /** Starts asking; until the first answer the storage, just connected to, counts as there. */
  Readiness(Storage storage, OutageLog outages) {
    this.storage = storage;
    this.heartbeat = Heartbeat.start("readiness", INTERVAL, outages, this::check);
  }

  /** What is in the way, empty when nothing is. */
  Optional<String> obstacle() {
    return obstacle;
  }

  private void check() {
    try {
      storage.ping();
      obstacle = Optional.empty();
    } catch (GatewayException e) {
      obstacle = Optional.of(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** Stops asking; from now on the gateway is not ready. */
  @Override
  public void close() {
    heartbeat.close();
    obstacle = Optional.of("the gateway is stopping");
  }
}
