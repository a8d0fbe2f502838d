package orzo.fold;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import orzo.metric.ArchivePolicy;
import orzo.split.RawSplit;

/**
 * Aggregates of one granularity as they are stored.
 *
 * <p>Windows are made from one raw split each, so their length divides that of its span; what an
 * archive policy asks for beyond that, a day or seven minutes, is merged from the longest windows
 * that divide both.
 *
 * @param granularityMillis length of the stored windows, a divisor of {@link RawSplit#SPAN_MILLIS}
 * @param schema the stored columns
 * @param timespanMillis how long windows are kept; empty when for good
 */
public record Tier(long granularityMillis, AggregateSchema schema, OptionalLong timespanMillis) {
  /** Creates a tier. */
  public Tier {
    requireNonNull(schema, "schema");
    requireNonNull(timespanMillis, "timespanMillis");
    if (granularityMillis < 1 || RawSplit.SPAN_MILLIS % granularityMillis != 0) {
      throw new IllegalArgumentException(
          "granularityMillis: "
              + granularityMillis
              + " (expected: a divisor of "
              + RawSplit.SPAN_MILLIS
              + ")");
    }
  }

  /** What is stored for a policy, finest first; two of its granularities may share one. */
  public static List<Tier> of(ArchivePolicy policy) {
    AggregateSchema schema = AggregateSchema.of(policy.methods());
    Map<Long, OptionalLong> timespans = new TreeMap<>();
    for (ArchivePolicy.Definition definition : policy.definitions()) {
      timespans.merge(
          storedGranularity(definition.granularityMillis()),
          definition.timespanMillis(),
          Tier::longer);
    }
    List<Tier> tiers = new ArrayList<>(timespans.size());
    timespans.forEach(
        (granularity, timespan) -> tiers.add(new Tier(granularity, schema, timespan)));
    return tiers;
  }

  /** The length of the windows that windows of a policy's granularity are merged from. */
  public static long storedGranularity(long granularityMillis) {
    long a = granularityMillis;
    long b = RawSplit.SPAN_MILLIS;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  private static OptionalLong longer(OptionalLong some, OptionalLong other) {
    return some.isEmpty() || other.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(some.getAsLong(), other.getAsLong()));
  }
}
