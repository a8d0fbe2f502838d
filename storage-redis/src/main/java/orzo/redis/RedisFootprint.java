package orzo.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orzo.fold.AggregateSchema;
import orzo.fold.AggregateSplit;
import orzo.fold.Tier;
import orzo.metric.ArchivePolicy;
import orzo.metric.BuiltInPolicies;
import orzo.split.RawSplit;

/**
 * An estimate of the memory that Redis needs for one series, once its archive policy keeps no more
 * than it drops. What a backlog, a copy while the append-only file is rewritten, and fragmentation
 * need comes on top.
 */
public final class RedisFootprint {
  /*
   * What {@code conformance-tests/sizes} measures, without keys: with them it is 1.244 bytes for a
   * sample every 15 s, 960 to a key, 6.78 for a window of {@code standard}, 173 to a key, and 203
   * for a series.
   */

  /** A sample of a closed raw split without the split's key. */
  static final double SAMPLE_BYTES = 1.125;

  /** A window of the policy standard, of all its methods together, without the split's key. */
  static final double STANDARD_WINDOW_BYTES = 6.12;

  /** A split's key, its entries in the tables of keys and of times to live, and what Redis adds. */
  static final double SPLIT_KEY_BYTES = 115;

  /** A series in the catalog: its entry, its UUID, and its labels. */
  static final double SERIES_BYTES = 203;

  /** How long windows are counted that are kept for good. */
  private static final Duration FOR_GOOD = Duration.ofDays(365);

  /** What a share is for. */
  public enum Kind {
    /** Raw samples. */
    RAW,
    /** Windows of one granularity. */
    WINDOWS,
    /** The catalog's entry. */
    CATALOG
  }

  /**
   * What one kind of data takes, of one series.
   *
   * @param granularity length of a window; zero when it is about no windows
   * @param kept how long it is kept; zero for the catalog, which does not grow
   * @param forGood whether it is kept longer than {@code kept}
   * @param items how many samples, windows or entries there are
   * @param bytes what they take in Redis
   */
  public record Share(
      Kind kind,
      Duration granularity,
      Duration kept,
      boolean forGood,
      double items,
      double bytes) {}

  private RedisFootprint() {}

  /**
   * The shares of one series.
   *
   * @param interval between two samples
   */
  public static List<Share> of(ArchivePolicy policy, Duration interval) {
    List<Share> shares = new ArrayList<>();
    shares.add(raw(policy, interval));
    for (Tier tier : Tier.of(policy)) {
      shares.add(windows(tier, interval));
    }
    shares.add(new Share(Kind.CATALOG, Duration.ZERO, Duration.ZERO, false, 1, SERIES_BYTES));
    return List.copyOf(shares);
  }

  /** A split goes as a whole, so half of one is there beyond what is to be kept, on average. */
  private static Share raw(ArchivePolicy policy, Duration interval) {
    Duration kept = policy.rawTimespan();
    double keptMillis = kept.toMillis() + RawSplit.SPAN_MILLIS / 2.0;
    double samples = keptMillis / interval.toMillis();
    double splits = Math.min(samples, keptMillis / RawSplit.SPAN_MILLIS);
    return new Share(
        Kind.RAW,
        Duration.ZERO,
        kept,
        false,
        samples,
        samples * SAMPLE_BYTES + splits * SPLIT_KEY_BYTES);
  }

  /** A window without a sample does not exist. */
  private static Share windows(Tier tier, Duration interval) {
    boolean forGood = tier.timespanMillis().isEmpty();
    long keptMillis = tier.timespanMillis().orElse(FOR_GOOD.toMillis());
    double windows = (double) keptMillis / Math.max(tier.granularityMillis(), interval.toMillis());
    double splits =
        Math.min(
            windows,
            Math.max(1, keptMillis / ((double) tier.granularityMillis() * AggregateSplit.WINDOWS)));
    double standard = columns(AggregateSchema.of(BuiltInPolicies.STANDARD.methods()));
    double windowBytes = STANDARD_WINDOW_BYTES * columns(tier.schema()) / standard;
    return new Share(
        Kind.WINDOWS,
        Duration.ofMillis(tier.granularityMillis()),
        Duration.ofMillis(keptMillis),
        forGood,
        windows,
        windows * windowBytes + splits * SPLIT_KEY_BYTES);
  }

  /** How many numbers a window has; each is taken to need as much as the others. */
  private static int columns(AggregateSchema schema) {
    return schema.parts().size()
        + schema.percentiles().length
        + schema.differencePercentiles().length;
  }
}
