package orzo.http.prometheus;

import java.util.Map;
import orzo.http.TenantHeader;
import orzo.remoteread.ReadBounds;

/**
 * How the API behaves, and what it tells about the program.
 *
 * @param limits what bounds queries
 * @param reads what bounds remote reads
 * @param admin whether series may be deleted
 * @param tenantHeader the header that names the tenant
 * @param build which program this is
 * @param flags every setting and its value, without secrets
 * @param configuration the same as a file
 */
public record ApiSettings(
    QueryLimits limits,
    ReadBounds reads,
    boolean admin,
    TenantHeader tenantHeader,
    BuildInfo build,
    Map<String, String> flags,
    String configuration) {
  /** Keeps a copy. */
  public ApiSettings {
    flags = Map.copyOf(flags);
  }
}
