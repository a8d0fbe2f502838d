package orzo.redis;

import io.lettuce.core.RedisURI;
import java.util.Collection;
import java.util.List;

/**
 * A single server, or the master that Sentinel names. Lettuce asks Sentinel at every connect, so
 * that a link which is made anew leads to the master of that moment.
 */
final class OneServer implements Servers {
  private final ServerLinks server;

  private OneServer(ServerLinks server) {
    this.server = server;
  }

  /** Connects; blocks. */
  static OneServer connect(LinkFactory links, RedisURI uri) {
    return new OneServer(links.open(uri, LinkListener.NONE));
  }

  @Override
  public ServerLinks at(int slot) {
    return server;
  }

  @Override
  public Collection<ServerLinks> all() {
    return List.of(server);
  }

  @Override
  public void close() {
    server.close();
  }
}
