package orzo.http;

import java.time.Duration;
import java.util.List;

/**
 * How the HTTP server listens.
 *
 * @param host the address to bind
 * @param port the port to bind, 0 for any free one
 * @param allowedOrigins the origins whose pages may call from a browser, as {@code
 *     scheme://host[:port]}, or {@code *} for all
 * @param tenantHeader the header that names the tenant, which such pages may then set
 * @param closeGrace how long {@link HttpListener#close()} lets running requests finish
 */
public record HttpConfig(
    String host, int port, List<String> allowedOrigins, String tenantHeader, Duration closeGrace) {
  /** Checks the port and keeps a copy of the origins. */
  public HttpConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** No cross-origin calls, {@link TenantHeader#DEFAULT_NAME}, and three seconds to finish. */
  public static HttpConfig of(String host, int port) {
    return new HttpConfig(host, port, List.of(), TenantHeader.DEFAULT_NAME, Duration.ofSeconds(3));
  }
}
