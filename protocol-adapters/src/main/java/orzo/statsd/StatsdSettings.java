package orzo.statsd;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import orzo.histogram.NativeHistogram;

/**
 * How lines are read and what becomes of them.
 *
 * @param flushInterval how long values are aggregated
 * @param dialects what is understood beyond the original protocol
 * @param sanitizeNames whether keys lose the characters that Graphite can't have; they lose them in
 *     the names of flushed statistics in any case
 * @param timers the statistics of timers
 * @param deletion what is deleted when it is idle
 * @param namespace the names of flushed statistics
 * @param forms what is stored
 * @param limits what may be held between two flushes
 */
public record StatsdSettings(
    Duration flushInterval,
    Set<Dialect> dialects,
    boolean sanitizeNames,
    Timers timers,
    Deletion deletion,
    Namespace namespace,
    Set<Form> forms,
    Limits limits) {
  /** Checks the interval. */
  public StatsdSettings {
    if (flushInterval.toMillis() <= 0) {
      throw new IllegalArgumentException(
          "flushInterval: " + flushInterval + " (expected: at least 1 ms)");
    }
    dialects = Set.copyOf(dialects);
    forms = Set.copyOf(forms);
  }

  /** In which form flushed statistics are stored. */
  public enum Form {
    /** Under the names that the reference daemon sends to Graphite. */
    NAMES("names"),
    /** As Prometheus would have them: counters that only rise, gauges, summaries. */
    LABELS("labels");

    private final String label;

    Form(String label) {
      this.label = label;
    }

    /** The name as it is configured. */
    public String label() {
      return label;
    }
  }

  /** What the label form makes of timers. */
  public enum TimerForm {
    /** A count, a sum, and quantiles of each interval. */
    SUMMARY("summary"),
    /** A native histogram, whose counts only rise. */
    NATIVE_HISTOGRAM("native-histogram");

    private final String label;

    TimerForm(String label) {
      this.label = label;
    }

    /** The name as it is configured. */
    public String label() {
      return label;
    }
  }

  /** A type of metric, as far as keys of it are deleted. */
  public enum Deletable {
    /** Counters. */
    COUNTERS("counters"),
    /** Timers. */
    TIMERS("timers"),
    /** Gauges. */
    GAUGES("gauges"),
    /** Sets. */
    SETS("sets");

    private final String label;

    Deletable(String label) {
      this.label = label;
    }

    /** The name as it is configured. */
    public String label() {
      return label;
    }
  }

  /**
   * The statistics of timers.
   *
   * @param percentiles in percent, -100 to 100: above 0 of the smallest values, else of the largest
   * @param histograms bins by key: the first whose text is in a key counts
   * @param statistics which ones there are, all if empty; {@code upper_percent} stands for the
   *     upper boundaries of all whole percentiles, and the word histogram for all bins
   * @param forms what the label form makes of them
   * @param buckets of native histograms
   */
  public record Timers(
      List<Double> percentiles,
      List<Histogram> histograms,
      List<String> statistics,
      Set<TimerForm> forms,
      Buckets buckets) {
    /** Checks the percentiles. */
    public Timers {
      for (double percentile : percentiles) {
        if (!(percentile >= -100 && percentile <= 100)) {
          throw new IllegalArgumentException(
              "percentile: " + percentile + " (expected: -100 to 100)");
        }
      }
      percentiles = List.copyOf(percentiles);
      histograms = List.copyOf(histograms);
      statistics = List.copyOf(statistics);
      forms = Set.copyOf(forms);
    }
  }

  /**
   * The buckets of native histograms.
   *
   * @param schema the resolution that they begin with: each bound is {@code 2^(2^-schema)} times
   *     the one before
   * @param max how many there may be before neighbours are merged, which lowers the schema by one
   */
  public record Buckets(int schema, int max) {
    /** Bounds that are 9 % apart, as Prometheus's clients choose them. */
    public static final Buckets DEFAULT = new Buckets(3, 160);

    /** Checks schema and number. */
    public Buckets {
      if (schema < NativeHistogram.MIN_SCHEMA || schema > NativeHistogram.MAX_SCHEMA || max < 1) {
        throw new IllegalArgumentException(
            "buckets: schema %d, at most %d (expected: -4 to 8, >= 1)".formatted(schema, max));
      }
    }
  }

  /**
   * The bins of the timers whose key holds a text.
   *
   * @param part the text
   * @param bins upper limits, ascending, exclusive; infinity takes the rest; none for no histogram
   */
  public record Histogram(String part, List<Double> bins) {
    /** Copies the bins. */
    public Histogram {
      bins = List.copyOf(bins);
    }
  }

  /**
   * What is deleted when it is idle.
   *
   * @param idle of what types keys are forgotten with each flush
   * @param gaugeFlushes how many flushes a gauge may go without an update before that
   */
  public record Deletion(Set<Deletable> idle, int gaugeFlushes) {
    /** Checks the number of flushes. */
    public Deletion {
      if (gaugeFlushes < 1) {
        throw new IllegalArgumentException("gaugeFlushes: " + gaugeFlushes + " (expected: >= 1)");
      }
      idle = Set.copyOf(idle);
    }
  }

  /**
   * The names of flushed statistics. All but the suffix, {@code ownPrefix} and {@code counts} count
   * in the modern namespace only.
   *
   * @param legacy the namespace of old, {@code stats.KEY} and {@code stats_counts.KEY}
   * @param global what all names begin with; may be empty, as the following may
   * @param counters what follows for counters
   * @param timers what follows for timers
   * @param gauges what follows for gauges
   * @param sets what follows for sets
   * @param suffix what all names end with, nothing if empty
   * @param ownPrefix what the daemon's own statistics begin with
   * @param counts whether counters have their count beside the rate
   */
  public record Namespace(
      boolean legacy,
      String global,
      String counters,
      String timers,
      String gauges,
      String sets,
      String suffix,
      String ownPrefix,
      boolean counts) {
    /** The reference daemon's. */
    public static final Namespace DEFAULT =
        new Namespace(true, "stats", "counters", "timers", "gauges", "sets", "", "statsd", true);
  }

  /**
   * What may be held between two flushes.
   *
   * @param keys keys, each counted once per type
   * @param values values of all timers, 16 bytes each, twice as much if they are sampled and native
   *     histograms are wanted; a member of a set counts as six values and one for every 16 of its
   *     bytes
   * @param valuesPerKey values of one timer, members of one set
   * @param pendingSamples samples that wait for storage; beyond it the oldest are dropped
   */
  public record Limits(int keys, int values, int valuesPerKey, int pendingSamples) {
    /** Some 250 MB at the very most: 600 bytes a key, 16 a value, 24 a sample. */
    public static final Limits DEFAULT = new Limits(200_000, 5_000_000, 1_000_000, 2_000_000);

    /** Checks that all are positive. */
    public Limits {
      if (keys < 1 || values < 1 || valuesPerKey < 1 || pendingSamples < 1) {
        throw new IllegalArgumentException(
            "limits: %d keys, %d values, %d values per key, %d samples (expected: all >= 1)"
                .formatted(keys, values, valuesPerKey, pendingSamples));
      }
    }
  }

  /** Whether timers are stored as native histograms. */
  boolean hasNativeHistograms() {
    return forms.contains(Form.LABELS) && timers.forms().contains(TimerForm.NATIVE_HISTOGRAM);
  }

  double flushSeconds() {
    return flushInterval.toMillis() / 1000.0;
  }
}
