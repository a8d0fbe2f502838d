package orzo.http.gnocchi;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where clients find this server: from the request, or from what proxies in front of it say, as
 * OpenStack's services read it. {@code Forwarded} (RFC 7239) counts, and where it is missing {@code
 * X-Forwarded-Proto}, {@code -Host} and {@code -Prefix}; of several proxies the first counts, which
 * is the one that the client sees.
 */
final class PublicAddress {
  private PublicAddress() {}

  /**
   * What stands before a path of this server in URLs for the client, without a slash at its end;
   * empty when a request does not say which host it was meant for.
   *
   * @param believesProxies whether the headers of proxies count
   */
  static String of(HttpServerRequest request, boolean believesProxies) {
    MultiMap headers = request.headers();
    @Nullable String scheme = request.scheme();
    HostAndPort asked = request.authority(); // the header Host, or what HTTP/2 has instead
    @Nullable String host = asked == null ? null : asked.toString();
    String prefix = "";
    if (believesProxies) {
      String forwarded = headers.get("Forwarded");
      if (forwarded != null) {
        scheme = or(parameter(forwarded, "proto"), scheme);
        host = or(parameter(forwarded, "host"), host);
      } else {
        scheme = or(headers.get("X-Forwarded-Proto"), scheme);
        host = or(headers.get("X-Forwarded-Host"), host);
        prefix = withoutLastSlash(or(headers.get("X-Forwarded-Prefix"), ""));
      }
    }
    return host == null || host.isEmpty() ? prefix : scheme + "://" + host + prefix;
  }

  /** The first of the values that a header has, unless it says nothing. */
  private static @Nullable String or(@Nullable String stated, @Nullable String otherwise) {
    return stated == null || stated.isBlank() ? otherwise : stated.split(",", 2)[0].strip();
  }

  private static String withoutLastSlash(@Nullable String prefix) {
    if (prefix == null) {
      return "";
    }
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /** A parameter of the first element, RFC 7239 section 4; null if it has none of that name. */
  private static @Nullable String parameter(String forwarded, String name) {
    for (String pair : firstElement(forwarded)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(name)) {
        return pair.substring(equals + 1).strip();
      }
    }
    return null;
  }

  /** The pairs of the first element, without the quotes of their values. */
  private static List<String> firstElement(String forwarded) {
    List<String> pairs = new ArrayList<>();
    StringBuilder pair = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < forwarded.length(); i++) {
      char c = forwarded.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\' && i + 1 < forwarded.length()) {
        pair.append(forwarded.charAt(++i));
      } else if (!quoted && c == ',') {
        break;
      } else if (!quoted && c == ';') {
        pairs.add(pair.toString());
        pair.setLength(0);
      } else {
        pair.append(c);
      }
    }
    pairs.add(pair.toString());
    return pairs;
  }
}
