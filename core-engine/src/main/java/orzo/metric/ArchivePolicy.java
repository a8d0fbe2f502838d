package orzo.metric;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * How long a metric's measures are kept, and as what: raw for some time, and as aggregates of one
 * or more granularities.
 *
 * @param name its name, see {@link PolicyNames}
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
  /**
   * The longest time that anything in a policy may last: some thousand years. In milliseconds it
   * takes 45 bits, so that sums of such times with any timestamp of {@code ±2^62} fit a long.
   */
  public static final Duration MAX_TIMESPAN = Duration.ofDays(365_250);

  /** How many granularities a policy may have. */
  public static final int MAX_DEFINITIONS = 32;

  /** Raw measures for 48 hours, no aggregates. */
  public static final ArchivePolicy RAW =
      new ArchivePolicy("raw", Duration.ofDays(2), 0, List.of(), List.of());

  /**
   * One granularity.
   *
   * @param granularity length of a window, whole milliseconds
   * @param points how many windows are kept; empty when all are
   */
  public record Definition(Duration granularity, OptionalLong points) {
    /**
     * Creates a definition.
     *
     * @throws GatewayException {@link Kind#MALFORMED} for a granularity that is no positive number
     *     of milliseconds, fewer points than one, or more than {@link #MAX_TIMESPAN} in all
     */
    public Definition {
      requireNonNull(points, "points");
      // Compared before it is turned into milliseconds or nanoseconds, which may overflow.
      if (granularity.compareTo(Duration.ofMillis(1)) < 0
          || granularity.compareTo(MAX_TIMESPAN) > 0
          || !granularity.equals(Duration.ofMillis(granularity.toMillis()))) {
        throw malformed(
            "granularity", granularity, "whole milliseconds, from PT0.001S to " + MAX_TIMESPAN);
      }
      if (points.isPresent()) {
        long most = MAX_TIMESPAN.toMillis() / granularity.toMillis();
        if (points.getAsLong() < 1 || points.getAsLong() > most) {
          throw malformed(
              "points",
              points.getAsLong(),
              "1 to "
                  + most
                  + ", so that points of "
                  + granularity
                  + " are at most "
                  + MAX_TIMESPAN);
        }
      }
    }

    /**
     * The definition for which at least two of its three numbers are given, or the granularity
     * alone, which keeps its windows forever.
     *
     * <p>A granularity that has to be computed is rounded down to whole milliseconds, and points
     * that have to be computed to a whole number; the timespan is then what both make.
     *
     * @throws GatewayException {@link Kind#MALFORMED} for too few of them, for three that
     *     contradict each other, and for what {@link Definition} refuses
     */
    public static Definition of(
        Optional<Duration> granularity, OptionalLong points, Optional<Duration> timespan) {
      if (timespan.isPresent()) {
        requireTimespan("timespan", timespan.get());
      }
      if (granularity.isPresent()) {
        return of(granularity.get(), points, timespan);
      }
      if (points.isEmpty() || timespan.isEmpty()) {
        throw new GatewayException(
            Kind.MALFORMED,
            "definition without granularity (expected: a granularity, or points and timespan)");
      }
      if (points.getAsLong() < 1) {
        throw malformed("points", points.getAsLong(), ">= 1");
      }
      long millis = timespan.get().toMillis() / points.getAsLong();
      return new Definition(Duration.ofMillis(millis), points);
    }

    private static Definition of(
        Duration granularity, OptionalLong points, Optional<Duration> timespan) {
      if (timespan.isEmpty()) {
        return new Definition(granularity, points);
      }
      Definition unlimited = new Definition(granularity, OptionalLong.empty());
      if (points.isEmpty()) {
        long whole = timespan.get().dividedBy(granularity);
        if (whole < 1) {
          throw malformed("timespan", timespan.get(), ">= the granularity, " + granularity);
        }
        return new Definition(unlimited.granularity, OptionalLong.of(whole));
      }
      Definition stated = new Definition(granularity, points);
      if (!Optional.of(timespan.get()).equals(stated.timespan())) {
        throw new GatewayException(
            Kind.MALFORMED,
            "timespan ≠ granularity × points: "
                + timespan.get()
                + ", "
                + granularity
                + " × "
                + points.getAsLong()
                + " (expected: equal, or only two of them)");
      }
      return stated;
    }

    /** Windows of this length for that long; {@code timespan} rounds down to whole windows. */
    public static Definition of(Duration granularity, Duration timespan) {
      return of(Optional.of(granularity), OptionalLong.empty(), Optional.of(timespan));
    }

    /** Length of a window in milliseconds. */
    public long granularityMillis() {
      return granularity.toMillis();
    }

    /** How long windows are kept; empty when forever. */
    public Optional<Duration> timespan() {
      return points.isPresent()
          ? Optional.of(granularity.multipliedBy(points.getAsLong()))
          : Optional.empty();
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
   * @throws GatewayException {@link Kind#MALFORMED} for a name that is not allowed, a time or
   *     number out of bounds, the same granularity twice, or methods without definitions or the
   *     other way round
   */
  public ArchivePolicy {
    PolicyNames.require("archive policy", name);
    if (!raw.isZero()) {
      requireTimespan("archive policy '" + name + "', raw", raw);
      if (!raw.equals(Duration.ofMillis(raw.toMillis()))) {
        throw malformed("archive policy '" + name + "', raw", raw, "whole milliseconds");
      }
    }
    methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
    definitions = byGranularity(name, definitions);
    if (methods.isEmpty() != definitions.isEmpty()) {
      throw new GatewayException(
          Kind.MALFORMED,
          "archive policy '"
              + name
              + "': "
              + methods.size()
              + " aggregation methods for "
              + definitions.size()
              + " granularities (expected: both or none)");
    }
    Duration coarsest =
        definitions.isEmpty() ? Duration.ofMillis(1) : definitions.getLast().granularity();
    long mostWindows = Math.min(MAX_TIMESPAN.dividedBy(coarsest) - 1, Integer.MAX_VALUE);
    if (backWindow < 0 || backWindow > mostWindows) {
      throw malformed(
          "archive policy '" + name + "', back window", backWindow, "0 to " + mostWindows);
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

  private static List<Definition> byGranularity(String name, List<Definition> definitions) {
    if (definitions.size() > MAX_DEFINITIONS) {
      throw malformed(
          "archive policy '" + name + "', granularities",
          definitions.size(),
          "at most " + MAX_DEFINITIONS);
    }
    SortedMap<Duration, Definition> sorted = new TreeMap<>();
    for (Definition definition : definitions) {
      if (sorted.put(definition.granularity(), definition) != null) {
        throw malformed(
            "archive policy '" + name + "', granularity",
            definition.granularity() + " twice",
            "each once");
      }
    }
    return List.copyOf(sorted.values());
  }

  private static void requireTimespan(String what, Duration timespan) {
    if (timespan.compareTo(Duration.ofMillis(1)) < 0 || timespan.compareTo(MAX_TIMESPAN) > 0) {
      throw malformed(what, timespan, "PT0.001S to " + MAX_TIMESPAN);
    }
  }

  private static GatewayException malformed(String what, Object value, String expected) {
    return new GatewayException(
        Kind.MALFORMED, what + ": " + value + " (expected: " + expected + ")");
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
