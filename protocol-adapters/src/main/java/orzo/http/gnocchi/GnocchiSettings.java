package orzo.http.gnocchi;

import orzo.http.TenantHeader;
import orzo.http.access.Authentication;
import orzo.wire.ByteBudget;

/**
 * How this API is served.
 *
 * @param authentication tells who calls
 * @param tenantHeader the header that names the tenant
 * @param believesProxies whether headers of proxies say under which address clients know this
 *     server
 * @param maxLimit how many elements a page of a list has at most, and if nothing is said
 * @param bodies what the bodies of all requests may hold together
 */
public record GnocchiSettings(
    Authentication authentication,
    TenantHeader tenantHeader,
    boolean believesProxies,
    int maxLimit,
    ByteBudget bodies) {
  /** Checks the limit. */
  public GnocchiSettings {
    if (maxLimit < 1) {
      throw new IllegalArgumentException("maxLimit: " + maxLimit + " (expected: at least 1)");
    }
  }
}
