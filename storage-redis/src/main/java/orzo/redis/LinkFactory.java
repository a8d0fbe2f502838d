package orzo.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the links to servers. */
final class LinkFactory {
  private final RedisClient client;
  private final RedisConfig config;
  private final RedisMeters meters;

  LinkFactory(RedisClient client, RedisConfig config, RedisMeters meters) {
    this.client = client;
    this.config = config;
    this.meters = meters;
  }

  /**
   * Connects to a server and makes the scripts known to it; blocks.
   *
   * @throws orzo.storage.GatewayException UNAVAILABLE when it cannot; nothing stays open then
   */
  ServerLinks open(RedisURI uri, LinkListener listener) {
    Map<ServerLinks.Purpose, RedisLink> links = new EnumMap<>(ServerLinks.Purpose.class);
    try {
      for (ServerLinks.Purpose purpose : ServerLinks.ALWAYS) {
        links.put(purpose, open(uri, purpose, listener));
      }
      ServerLinks server = new ServerLinks(RedisUrl.place(uri), links);
      server.loadScripts();
      return server;
    } catch (RuntimeException e) {
      links.values().forEach(RedisLink::close);
      throw e;
    }
  }

  /**
   * Makes one more link to a server; blocks.
   *
   * @throws orzo.storage.GatewayException UNAVAILABLE when it cannot
   */
  RedisLink open(RedisURI uri, ServerLinks.Purpose purpose, LinkListener listener) {
    return RedisLink.open(
        client,
        uri,
        new RedisLink.Settings(
            purpose, config.commandTimeout(), confirmation(purpose), listener, meters));
  }

  private @Nullable Confirmation confirmation(ServerLinks.Purpose purpose) {
    return purpose == ServerLinks.Purpose.APPENDS && config.waitReplicas() > 0
        ? new Confirmation(config.waitReplicas(), config.waitTimeout())
        : null;
  }
}
