package orzo.redis;

import io.lettuce.core.RedisURI;
import java.util.regex.Pattern;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Reads the URLs that {@link RedisConfig} documents. */
final class RedisUrl {
  private static final String EXPECTED =
      "expected: redis://, rediss://, unix:// or redis-sentinel://";
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)[^/?#]*@");

  private RedisUrl() {}

  /**
   * Parses a URL.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for one that is not understood
   */
  static RedisURI parse(String url) {
    int end = url.indexOf("://");
    String scheme = end < 0 ? "" : url.substring(0, end);
    String rest = end < 0 ? url : url.substring(end);
    try {
      return switch (scheme) {
        case "redis", "rediss", "redis-sentinel" -> RedisURI.create(url);
        case "unix" -> RedisURI.create(RedisURI.URI_SCHEME_REDIS_SOCKET + rest);
        case "redis-cluster" ->
            throw new GatewayException(
                Kind.MALFORMED,
                "redis.url '"
                    + masked(url)
                    + "': Redis Cluster is not supported yet (expected: one server or Sentinel)");
        default ->
            throw new GatewayException(
                Kind.MALFORMED, "redis.url '" + masked(url) + "' (" + EXPECTED + ")");
      };
    } catch (IllegalArgumentException e) {
      throw new GatewayException(
          Kind.MALFORMED, "redis.url '" + masked(url) + "' (" + EXPECTED + "…)", e);
    }
  }

  /** A URL without its user and password. */
  static String masked(String url) {
    return PASSWORD.matcher(url).replaceFirst("***@");
  }

  /** Where a URL leads, for messages: no password in it. */
  static String place(RedisURI uri) {
    if (uri.getSocket() != null) {
      return uri.getSocket();
    }
    if (!uri.getSentinels().isEmpty()) {
      return "Sentinel's master '" + uri.getSentinelMasterId() + "'";
    }
    return uri.getHost() + ":" + uri.getPort();
  }
}
