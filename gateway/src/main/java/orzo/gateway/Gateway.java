package orzo.gateway;

import java.net.URI;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;

/** All parts of a gateway, and the only place that knows how they fit together. */
final class Gateway implements AutoCloseable {
  private final Configuration configuration;
  private final Started started = new Started();

  /** Creates a gateway; nothing runs yet. */
  Gateway(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Starts every part. Returns when all listeners accept.
   *
   * @return where clients find the HTTP listener
   * @throws orzo.storage.GatewayException when a part can't start; call {@link #close} then, too
   */
  URI start() {
    return URI.create(
        "http://"
            + reachable(configuration.get(Keys.HTTP_HOST))
            + ":"
            + configuration.get(Keys.HTTP_PORT));
  }

  /**
   * A host that a client on this machine can connect to when listeners are bound to {@code host}.
   */
  static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "0:0:0:0:0:0:0:0" -> "[::1]";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }

  /**
   * Stops every part, listeners first: requests in flight are answered, what is in the backlog is
   * flushed, leases are given back, and the embedded Redis ends.
   */
  @Override
  public void close() {
    started.close();
  }
}
