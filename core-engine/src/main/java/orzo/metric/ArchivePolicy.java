package orzo.metric;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long a metric's measures are kept, and as what: raw for some time, and as aggregates of one
 * or more granularities.
 *
 * @param name its name
 * @param raw how long raw measures are kept at least, counted from the last write of their split;
 *     zero when nobody needs them but aggregation itself
 * @param backWindow how many windows of the coarsest granularity before the newest one are still
 *     aggregated anew from raw measures when a late one arrives
 * @param methods the aggregation methods, in the order stated; none if and only if there are no
 *     definitions
 * @param definitions the granularities, finest first, each at most once
 */
public record ArchivePolicy(
    String name,
    Duration raw,
    int backWindow,
    Set<AggregationMethod> methods,
    List<Definition> definitions) {
  /** Raw measures for 48 hours, no aggregates. */
  public static final ArchivePolicy RAW =
      new ArchivePolicy("raw", Duration.ofDays(2), 0, List.of(), List.of());

  /**
   * One granularity.
   *
   * @param granularity length of a window, at least a millisecond
   * @param points how many windows are kept; empty when all are
   */
  public record Definition(Duration granularity, OptionalLong points) {
    /**
     * Creates a definition.
     *
     * @throws IllegalArgumentException for a granularity that is no positive number of
     *     milliseconds, or fewer points than one
     */
    public Definition {
      requireNonNull(points, "points");
      if (granularity.toMillis() < 1 || granularity.toNanos() % 1_000_000 != 0) {
        throw new IllegalArgumentException(
            "granularity: " + granularity + " (expected: whole milliseconds, at least one)");
      }
      if (points.isPresent() && points.getAsLong() < 1) {
        throw new IllegalArgumentException("points: " + points.getAsLong() + " (expected: >= 1)");
      }
    }

    /** Windows of this length for that long; {@code timespan} rounds down to whole windows. */
    public static Definition of(Duration granularity, Duration timespan) {
      return new Definition(granularity, OptionalLong.of(timespan.dividedBy(granularity)));
    }

    /** Length of a window in milliseconds. */
    public long granularityMillis() {
      return granularity.toMillis();
    }

    /** How long windows are kept, in milliseconds; empty when forever. */
    public OptionalLong timespanMillis() {
      return points.isPresent()
          ? OptionalLong.of(Math.multiplyExact(points.getAsLong(), granularityMillis()))
          : OptionalLong.empty();
    }
  }

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException for a negative time or number, the same granularity twice, or
   *     methods without definitions or the other way round
   */
  public ArchivePolicy {
    requireNonNull(name, "name");
    if (raw.isNegative()) {
      throw new IllegalArgumentException("raw: " + raw + " (expected: >= 0)");
    }
    if (backWindow < 0) {
      throw new IllegalArgumentException("backWindow: " + backWindow + " (expected: >= 0)");
    }
    methods = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(methods));
    SortedMap<Duration, Definition> byGranularity = new TreeMap<>();
    for (Definition definition : definitions) {
      if (byGranularity.put(definition.granularity(), definition) != null) {
        throw new IllegalArgumentException(
            "granularity: " + definition.granularity() + " twice (expected: each once)");
      }
    }
    definitions = List.copyOf(byGranularity.values());
    if (methods.isEmpty() != definitions.isEmpty()) {
      throw new IllegalArgumentException(
          "methods: " + methods + ", definitions: " + definitions + " (expected: both or none)");
    }
  }

  /** A policy whose methods are given in any collection. */
  public ArchivePolicy(
      String name,
      Duration raw,
      int backWindow,
      Collection<AggregationMethod> methods,
      List<Definition> definitions) {
    this(name, raw, backWindow, new LinkedHashSet<>(methods), definitions);
  }

  /** Whether it has aggregates. */
  public boolean aggregates() {
    return !definitions.isEmpty();
  }

  /**
   * How long raw measures are kept: what {@link #raw} says, and no less than aggregating the
   * coarsest window and the back window needs.
   */
  public Duration rawTimespan() {
    if (definitions.isEmpty()) {
      return raw;
    }
    Duration needed = definitions.getLast().granularity().multipliedBy(backWindow + 1L);
    return raw.compareTo(needed) >= 0 ? raw : needed;
  }
}
