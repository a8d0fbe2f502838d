package orzo.http.gnocchi;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.http.access.Caller;
import orzo.http.access.Permission;
import orzo.intake.Registration;
import orzo.inventory.MetricLabels;
import orzo.metric.Labels;

/**
 * A metric as this API knows it, whoever created it.
 *
 * @param creator who created it, null for a protocol
 * @param name its name, null for none
 * @param unit the unit of its values, null when that is not known
 * @param policy the name of its archive policy
 * @param resource what it belongs to, null for nothing
 * @param owner the project of its resource
 * @param labels those that it has in the catalog, or will have once measures come
 */
record MetricView(
    UUID id,
    @Nullable String creator,
    @Nullable String name,
    @Nullable String unit,
    String policy,
    @Nullable UUID resource,
    Optional<String> owner,
    Labels labels) {
  /** The label that tells metrics of this API apart in the catalog. */
  static final String ID_LABEL = MetricLabels.ID;

  /** Whether a caller may do that to it. */
  boolean allows(Caller caller, Permission permission) {
    return caller.may(permission, creator, owner);
  }

  /** Whether it is there for a caller in lists. */
  boolean sees(Caller caller, Permission permission) {
    return caller.sees(permission, creator, owner);
  }

  /** Refuses a caller who may not do that to it. */
  MetricView require(Caller caller, Permission permission) {
    if (!allows(caller, permission)) {
      throw ApiError.forbidden();
    }
    return this;
  }

  /** What puts it into the catalog. */
  Registration registration() {
    return new Registration(id, labels, null, policy, null);
  }
}
