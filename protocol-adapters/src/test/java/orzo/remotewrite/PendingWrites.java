package orzo.remotewrite;

import orzo.intake.InMemoryIntake;
import orzo.intake.IntakeCounters;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;

/** Brings to an intake in memory what a decoder found, as the receiver does. */
final class PendingWrites {
  private PendingWrites() {}

  /** Describes, registers, keeps and appends all of it. */
  static PendingWrite store(
      Tenant tenant,
      DecodedWrite write,
      InMemoryIntake intake,
      SeriesCache cache,
      MetadataCache metadataCache) {
    PendingWrite pending =
        new PendingWrite(
            tenant,
            write,
            RemoteWriteLimits.DEFAULT,
            LabelResources.DEFAULT,
            intake,
            new IntakeCounters(),
            cache,
            metadataCache);
    pending.describe();
    pending.register();
    pending.keepExemplars();
    intake.append(pending.batch()).toCompletableFuture().join();
    return pending;
  }
}
