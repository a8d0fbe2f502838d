package orzo.redis;

import io.lettuce.core.RedisURI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A single server, or the master that Sentinel names. Lettuce asks Sentinel at every connect, so
 * that a link which is made anew leads to the master of that moment.
 */
final class OneServer implements Servers {
  private final LinkFactory links;
  private final RedisURI uri;
  private final ServerLinks server;

  private OneServer(LinkFactory links, RedisURI uri) {
    this.links = links;
    this.uri = uri;
    server = links.open(uri, LinkListener.NONE);
  }

  /** Connects; blocks. */
  static OneServer connect(LinkFactory links, RedisURI uri) {
    return new OneServer(links, uri);
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
  public Optional<RedisLink> openWatched() {
    RedisLink link = links.open(uri, ServerLinks.Purpose.WATCHED_READS, LinkListener.NONE);
    server.add(link);
    return Optional.of(link);
  }

  @Override
  public void close() {
    server.close();
  }
}
