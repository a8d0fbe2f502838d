package orzo.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Reads the URLs that {@link RedisConfig} documents. */
final class RedisUrl {
  private static final String EXPECTED =
      "expected: redis://, rediss://, unix://, redis-sentinel:// or redis-cluster://";
  private static final String CLUSTER_EXPECTED =
      "expected: redis-cluster://[[user]:password@]host[:port][,host[:port]…], no database";
  private static final Pattern NO_DATABASE = Pattern.compile("(/0?)?");
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)[^/?#]*@");

  private RedisUrl() {}

  /** Whether a URL leads to a cluster. */
  static boolean isCluster(String url) {
    return url.startsWith("redis-cluster://") || url.startsWith("rediss-cluster://");
  }

  /**
   * Parses the URL of one server, or of the Sentinels that know it.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for one that is not understood
   */
  static RedisURI parse(String url) {
    int end = url.indexOf("://");
    String scheme = end < 0 ? "" : url.substring(0, end);
    try {
      return switch (scheme) {
        case "redis", "rediss", "redis-sentinel", "rediss-sentinel" -> RedisURI.create(url);
        case "unix" -> RedisURI.create(RedisURI.URI_SCHEME_REDIS_SOCKET + url.substring(end));
        default -> throw malformed(url, EXPECTED, null);
      };
    } catch (IllegalArgumentException e) {
      throw malformed(url, EXPECTED + "…", e);
    }
  }

  /**
   * Parses the URL of a cluster into the nodes that it names, of which one must answer.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for one that is not understood
   */
  static List<RedisURI> parseCluster(String url) {
    try {
      URI uri = URI.create(url.replaceFirst("-cluster", ""));
      List<RedisURI> nodes = RedisClusterURIUtil.toRedisURIs(uri);
      if (!nodes.isEmpty() && NO_DATABASE.matcher(uri.getPath()).matches()) {
        return nodes;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(url, CLUSTER_EXPECTED, e);
    }
    throw malformed(url, CLUSTER_EXPECTED, null);
  }

  private static GatewayException malformed(
      String url, String expected, @Nullable IllegalArgumentException cause) {
    return new GatewayException(
        Kind.MALFORMED, "redis.url '" + masked(url) + "' (" + expected + ")", cause);
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
