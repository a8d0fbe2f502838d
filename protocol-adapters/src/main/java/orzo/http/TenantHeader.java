package orzo.http;

import io.vertx.core.MultiMap;
import java.util.List;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads the tenant of a request.
 *
 * @param name the name of the header
 */
public record TenantHeader(String name) {
  /** The name that Cortex introduced and Mimir, Loki and Tempo share. */
  public static final String DEFAULT_NAME = "X-Scope-OrgID";

  /**
   * The tenant that the header names, {@link Tenant#DEFAULT} without the header.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for an id that is not allowed, or for several
   */
  public Tenant tenant(MultiMap headers) {
    List<String> ids = headers.getAll(name);
    if (ids.isEmpty()) {
      return Tenant.DEFAULT;
    }
    if (ids.size() > 1) {
      throw new GatewayException(
          Kind.MALFORMED, "header " + name + ": given " + ids.size() + " times (expected: once)");
    }
    try {
      return new Tenant(ids.getFirst());
    } catch (GatewayException e) {
      throw new GatewayException(e.kind(), "header " + name + ": " + e.getMessage(), e);
    }
  }
}
