package orzo.carbon;

import java.time.InstantSource;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.mapping.Mapping;
import orzo.metric.Tenant;

/**
 * What a {@link CarbonListener} brings samples to.
 *
 * @param intake where samples go
 * @param counters of what became of samples
 * @param caches of paths, for these listeners alone
 * @param mapping from paths to series
 * @param limits what clients may cost
 * @param clock the time of samples that have none
 */
public record CarbonReceiver(
    Intake intake,
    IntakeCounters counters,
    PathCaches caches,
    Mapping mapping,
    CarbonLimits limits,
    InstantSource clock) {
  /** Whose series they are: the protocols have no place for a tenant. */
  static final Tenant TENANT = Tenant.DEFAULT;
}
