package orzo.statsd;

import static java.util.Objects.requireNonNull;

import orzo.intake.Registration;
import orzo.mapping.Mapped;
import orzo.mapping.Mapping;
import orzo.mapping.MetricType;
import orzo.metric.Labels;
import orzo.statsd.StatsdSettings.Namespace;

/**
 * The names and labels of statistics. Statistics are numbered within a row: first those that the
 * reference daemon flushes, then those in the form of Prometheus. Safe for many threads.
 */
final class SeriesNames {
  /** Of a counter. */
  static final int RATE = 0;

  static final int COUNT = 1;
  static final int TOTAL = 2;

  /** Of a gauge or a set. */
  static final int VALUE = 0;

  static final int LABELLED_VALUE = 1;

  /** Of the daemon. */
  static final int OWN_NUMBER_OF_STATS = 0;

  static final int OWN_CALCULATION_TIME = 1;
  static final int OWN_PROCESSING_TIME = 2;
  static final int OWN_LAST_EXCEPTION = 3;
  static final int OWN_LAST_FLUSH = 4;
  static final int OWN_FLUSH_TIME = 5;
  static final int OWN_FLUSH_LENGTH = 6;
  static final int OWN_SIZE = 7;

  private static final String[] OWN_NAMES = {
    "numStats",
    "graphiteStats.calculationtime",
    "processing_time",
    "graphiteStats.last_exception",
    "graphiteStats.last_flush",
    "graphiteStats.flush_time",
    "graphiteStats.flush_length"
  };

  private final Namespace namespace;
  private final Mapping mapping;
  private final String counters;
  private final String timers;
  private final String gauges;
  private final String sets;
  private final String own;
  private final String suffix;

  SeriesNames(Namespace namespace, Mapping mapping) {
    this.namespace = namespace;
    this.mapping = mapping;
    boolean legacy = namespace.legacy();
    String global = legacy ? "stats." : part(namespace.global());
    counters = legacy ? global : global + part(namespace.counters());
    timers = legacy ? "stats.timers." : global + part(namespace.timers());
    gauges = legacy ? "stats.gauges." : global + part(namespace.gauges());
    sets = legacy ? "stats.sets." : global + part(namespace.sets());
    own = global + part(namespace.ownPrefix());
    suffix = namespace.suffix().isEmpty() ? "" : "." + namespace.suffix();
  }

  private static String part(String prefix) {
    return prefix.isEmpty() ? "" : prefix + ".";
  }

  /** Appends the name, without tags, under which the reference daemon flushes a statistic. */
  void appendName(StringBuilder to, SeriesRow row, int statistic) {
    switch (row.kind) {
      case COUNTER -> {
        boolean rate = statistic == RATE;
        if (namespace.legacy()) {
          to.append(rate ? counters : "stats_counts.").append(row.key.name);
        } else {
          to.append(counters).append(row.key.name).append(rate ? ".rate" : ".count");
        }
      }
      case TIMER -> {
        TimerLayout layout = requireNonNull(row.layout, "layout");
        to.append(timers).append(row.key.name).append('.').append(layout.names.get(statistic));
      }
      case GAUGE -> to.append(gauges).append(row.key.name);
      case SET -> to.append(sets).append(row.key.name).append(".count");
      case OWN -> {
        boolean bare = statistic == OWN_NUMBER_OF_STATS && namespace.legacy();
        to.append(bare ? part(namespace.ownPrefix()) : own).append(OWN_NAMES[statistic]);
      }
    }
    to.append(suffix);
  }

  /** The series of a statistic. */
  Mapped series(SeriesRow row, int statistic) {
    int flushed =
        switch (row.kind) {
          case COUNTER -> TOTAL;
          case TIMER -> requireNonNull(row.layout, "layout").placeOfSummary();
          case GAUGE, SET -> LABELLED_VALUE;
          case OWN -> OWN_SIZE;
        };
    if (statistic < flushed) {
      StringBuilder name = new StringBuilder();
      appendName(name, row, statistic);
      return mapping.map(name.toString(), row.key.labels, MetricType.GAUGE);
    }
    MetricType type =
        switch (row.kind) {
          case COUNTER -> MetricType.COUNTER;
          case TIMER -> MetricType.OBSERVER;
          case GAUGE, SET, OWN -> MetricType.GAUGE;
        };
    return switch (mapping.map(row.key.name, row.key.labels, type)) {
      case Mapped.Series(Registration registration) ->
          new Mapped.Series(labelled(row, statistic - flushed, registration));
      case Mapped.Refused refused -> refused;
    };
  }

  /** Statistic {@code i} of those in the form of Prometheus; its path is what was sent. */
  private static Registration labelled(SeriesRow row, int i, Registration mapped) {
    Labels labels = labelled(row, i, mapped.labels());
    String path = mapped.path();
    if (path == null && !labels.equals(mapped.labels())) {
      path = mapped.labels().metricName() + row.key.tags;
    }
    return new Registration(labels, mapped.resource(), mapped.archivePolicy(), path);
  }

  /** The labels of statistic {@code i} of those in the form of Prometheus. */
  private static Labels labelled(SeriesRow row, int i, Labels mapped) {
    Labels.Builder labels = new Labels.Builder();
    for (int label = 0; label < mapped.size(); label++) {
      labels.set(plain(mapped.name(label), false), mapped.value(label));
    }
    String name = plain(mapped.metricName(), true);
    String ending =
        switch (row.kind) {
          case COUNTER -> name.endsWith("_total") ? "" : "_total";
          case TIMER -> i == 0 ? "_count" : i == 1 ? "_sum" : "";
          case SET -> "_distinct";
          case GAUGE, OWN -> "";
        };
    if (row.kind == SeriesRow.Kind.TIMER && i >= 2) {
      double[] quantiles = requireNonNull(row.layout, "layout").quantiles;
      if (i - 2 < quantiles.length) { // behind them there is the histogram
        labels.set("exported_quantile", mapped.get("quantile"));
        labels.set("quantile", JsNumber.text(quantiles[i - 2]));
      }
    }
    return labels.set(Labels.NAME, name + ending).build();
  }

  /** A name as Prometheus has always allowed it. */
  private static String plain(String name, boolean colon) {
    StringBuilder plain = new StringBuilder(name);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || colon && c == ':';
      if (!allowed) {
        plain.setCharAt(i, '_');
      }
    }
    if (!plain.isEmpty() && plain.charAt(0) >= '0' && plain.charAt(0) <= '9') {
      plain.insert(0, '_');
    }
    return plain.toString();
  }
}
