package orzo.sack;

import java.time.Duration;
import java.util.OptionalLong;
import orzo.metric.ArchivePolicy;
import orzo.split.RawSplit;
import orzo.storage.SplitWrite;

/** How long splits live, in seconds from their last write. */
final class Retention {
  /**
   * Renewing a split's time to live with each write would double the commands of a flush. So it
   * gets this part of it more, and is renewed when that much has passed.
   */
  private static final long SLACK = 32;

  /**
   * An open raw split is the only one to know what its aggregates will be. It must survive until
   * somebody closes it, also when all gateways are stopped for some days.
   */
  private static final Duration UNTIL_CLOSED = Duration.ofDays(7);

  private Retention() {}

  /** Of a raw split that is open. */
  static long openSeconds(ArchivePolicy policy) {
    Duration raw = policy.rawTimespan();
    return withSlack(
        Math.max(RawSplit.SPAN_MILLIS / 1000, raw.toSeconds())
            + (policy.aggregates() ? UNTIL_CLOSED.toSeconds() : 0));
  }

  /** Of a raw split that is closed; its last sample was written some time ago already. */
  static long closedSeconds(ArchivePolicy policy) {
    return withSlack(Math.max(1, policy.rawTimespan().toSeconds()));
  }

  /** Of an aggregate split; {@link SplitWrite#KEEP_TTL} when its windows are kept for good. */
  static long aggregateSeconds(OptionalLong timespanMillis) {
    return timespanMillis.isPresent()
        ? withSlack(Math.max(1, timespanMillis.getAsLong() / 1000))
        : SplitWrite.KEEP_TTL;
  }

  /** How long after it was set a time to live is to be renewed by the next write. */
  static long renewalMillis(long ttlSeconds) {
    return ttlSeconds * 1000 / (SLACK + 1);
  }

  private static long withSlack(long seconds) {
    return seconds + seconds / SLACK;
  }
}
