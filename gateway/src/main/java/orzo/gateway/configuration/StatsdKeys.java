package orzo.gateway.configuration;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import orzo.histogram.NativeHistogram;
import orzo.statsd.Dialect;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Histogram;
import orzo.statsd.StatsdSettings.TimerForm;

/** The keys of StatsD. */
public final class StatsdKeys {
  /** Where datagrams and, unless said otherwise, connections come in. */
  public static final Key<Integer> PORT =
      new Key<>(
          "statsd.port",
          ValueTypes.portOrOff(),
          "8125",
          "port of StatsD over UDP and TCP; 0 switches StatsD off");

  /** Where connections come in. */
  public static final Key<OptionalInt> TCP_PORT =
      new Key<>(
          "statsd.tcp-port",
          StatsdValueTypes.portOrNothing(),
          "",
          "port of StatsD over TCP; 0 switches it off; nothing: the one of statsd.port");

  /** Where commands come in. */
  public static final Key<Integer> MANAGEMENT_PORT =
      new Key<>(
          "statsd.management-port",
          ValueTypes.portOrOff(),
          "8126",
          "port of StatsD's management commands; 0 switches it off. Unless it is set, a port that is"
              + " taken is no failure");

  /** What the kernel holds of datagrams. */
  public static final Key<Long> RECEIVE_BUFFER_SIZE =
      new Key<>(
          "statsd.receive-buffer-size",
          ValueTypes.size(1 << 12, 1 << 30),
          "32MiB",
          "what the kernel is to hold of datagrams that were not read yet; it grants"
              + " net.core.rmem_max at most");

  /** How long values are aggregated. */
  public static final Key<Duration> FLUSH_INTERVAL =
      new Key<>(
          "statsd.flush-interval",
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          "10s",
          "how long values are aggregated before their statistics are stored");

  /** What is understood beyond the original protocol. */
  public static final Key<Set<Dialect>> DIALECTS =
      new Key<>(
          "statsd.dialects",
          StatsdValueTypes.someOf(Dialect.values(), Dialect::label),
          "dogstatsd,librato,influxdb,signalfx",
          "what is understood beyond the original protocol; nothing: lines are read exactly as the"
              + " reference daemon does");

  /** In which forms statistics are stored. */
  public static final Key<Set<Form>> SERIES =
      new Key<>(
          "statsd.series",
          StatsdValueTypes.someOf(Form.values(), Form::label),
          "names,labels",
          "what is stored: 'names', the statistics under the names that Graphite would get;"
              + " 'labels', counters that only rise, gauges and summaries as Prometheus has them");

  /** The percentiles of timers. */
  public static final Key<List<Double>> PERCENTILES =
      new Key<>(
          "statsd.percentiles",
          StatsdValueTypes.percentiles(),
          "90",
          "percentiles of timers, in percent; those below 0 are of the largest values");

  /** The histograms of timers. */
  public static final Key<List<Histogram>> HISTOGRAMS =
      new Key<>(
          "statsd.histograms",
          StatsdValueTypes.histograms(),
          "",
          "histograms of timers: a text that is in the key and the upper limits of the bins, 'web:"
              + " 10 100 inf'; the first that fits counts");

  /** Which statistics timers have. */
  public static final Key<List<String>> TIMER_STATISTICS =
      new Key<>(
          "statsd.timer-statistics",
          StatsdValueTypes.words(),
          "",
          "which statistics timers have under their names, as count, median, upper_percent,"
              + " histogram; nothing: all");

  /** What the label form makes of timers. */
  public static final Key<Set<TimerForm>> TIMERS =
      new Key<>(
          "statsd.timers",
          StatsdValueTypes.someOf(TimerForm.values(), TimerForm::label),
          "summary",
          "what timers are in the form 'labels': 'summary', a count, a sum and quantiles;"
              + " 'native-histogram', one whose counts only rise");

  /** The schema of native histograms. */
  public static final Key<Integer> HISTOGRAM_SCHEMA =
      new Key<>(
          "statsd.histogram-schema",
          ValueTypes.integer(NativeHistogram.MIN_SCHEMA, NativeHistogram.MAX_SCHEMA),
          "3",
          "schema of native histograms: bounds of buckets are 2^(2^-schema) apart, 9 % with 3");

  /** The buckets of native histograms. */
  public static final Key<Integer> HISTOGRAM_BUCKETS =
      new Key<>(
          "statsd.histogram-buckets",
          ValueTypes.integer(1, 10_000),
          "160",
          "how many buckets a native histogram has before it goes on with the next coarser schema;"
              + " 12 bytes each");

  /** What is deleted when idle. */
  public static final Key<Set<Deletable>> DELETE_IDLE =
      new Key<>(
          "statsd.delete-idle",
          StatsdValueTypes.someOf(Deletable.values(), Deletable::label),
          "",
          "types of metrics that are forgotten with each flush, and not sent again before their next"
              + " value");

  /** How long idle gauges stay. */
  public static final Key<Integer> GAUGE_FLUSHES =
      new Key<>(
          "statsd.gauge-flushes",
          ValueTypes.integer(1, 1_000_000),
          "1",
          "how many flushes a gauge is sent after its last value, if idle gauges are deleted");

  /** Whether keys are sanitised. */
  public static final Key<Boolean> SANITIZE_NAMES =
      new Key<>(
          "statsd.sanitize-names",
          ValueTypes.flag(),
          "true",
          "take characters out of keys that Graphite can't have");

  /** Whether the names are those of old. */
  public static final Key<Boolean> LEGACY_NAMESPACE =
      new Key<>(
          "statsd.legacy-namespace",
          ValueTypes.flag(),
          "true",
          "names of old, stats.KEY and stats_counts.KEY; the prefixes count without it only");

  /** Whether counters have counts. */
  public static final Key<Boolean> FLUSH_COUNTS =
      new Key<>(
          "statsd.flush-counts",
          ValueTypes.flag(),
          "true",
          "whether counters have their count beside the rate");

  /** What names begin with. */
  public static final Key<String> GLOBAL_PREFIX = namePart("global-prefix", "stats", "all names");

  /** What names of counters go on with. */
  public static final Key<String> COUNTER_PREFIX =
      namePart("counter-prefix", "counters", "names of counters, after the global prefix");

  /** What names of timers go on with. */
  public static final Key<String> TIMER_PREFIX =
      namePart("timer-prefix", "timers", "names of timers, after the global prefix");

  /** What names of gauges go on with. */
  public static final Key<String> GAUGE_PREFIX =
      namePart("gauge-prefix", "gauges", "names of gauges, after the global prefix");

  /** What names of sets go on with. */
  public static final Key<String> SET_PREFIX =
      namePart("set-prefix", "sets", "names of sets, after the global prefix");

  /** What names of the daemon's own statistics begin with. */
  public static final Key<String> OWN_PREFIX =
      namePart("own-prefix", "statsd", "StatsD's own metrics");

  /** What names end with. */
  public static final Key<String> GLOBAL_SUFFIX =
      new Key<>(
          "statsd.global-suffix",
          StatsdValueTypes.namePart(),
          "",
          "what all names end with, after a dot");

  /** Where statistics are sent on to. */
  public static final Key<Optional<InetSocketAddress>> FORWARD =
      new Key<>(
          "statsd.forward",
          StatsdValueTypes.hostAndPort(),
          "",
          "carbon server, HOST:PORT, that gets all statistics as lines, beside storage");

  /** How many keys there may be. */
  public static final Key<Integer> MAX_KEYS =
      new Key<>(
          "statsd.max-keys",
          ValueTypes.integer(1, 10_000_000),
          "200000",
          "how many keys are aggregated, each counted once per type, about 600 bytes each; values of"
              + " others are dropped");

  /** How many values may wait. */
  public static final Key<Integer> MAX_VALUES =
      new Key<>(
          "statsd.max-values",
          ValueTypes.integer(1, 100_000_000),
          "5000000",
          "how many values of all timers and sets are held between two flushes, 16 bytes each; more"
              + " are dropped");

  /** How many values of a key may wait. */
  public static final Key<Integer> MAX_VALUES_PER_KEY =
      new Key<>(
          "statsd.max-values-per-key",
          ValueTypes.integer(1, 100_000_000),
          "1000000",
          "how many values of one timer or set are held between two flushes; more are dropped");

  /** All of them, in the order to be shown. */
  static final List<Key<?>> ALL =
      List.of(
          PORT,
          TCP_PORT,
          MANAGEMENT_PORT,
          RECEIVE_BUFFER_SIZE,
          FLUSH_INTERVAL,
          DIALECTS,
          SERIES,
          PERCENTILES,
          HISTOGRAMS,
          TIMER_STATISTICS,
          TIMERS,
          HISTOGRAM_SCHEMA,
          HISTOGRAM_BUCKETS,
          DELETE_IDLE,
          GAUGE_FLUSHES,
          SANITIZE_NAMES,
          LEGACY_NAMESPACE,
          FLUSH_COUNTS,
          GLOBAL_PREFIX,
          COUNTER_PREFIX,
          TIMER_PREFIX,
          GAUGE_PREFIX,
          SET_PREFIX,
          OWN_PREFIX,
          GLOBAL_SUFFIX,
          FORWARD,
          MAX_KEYS,
          MAX_VALUES,
          MAX_VALUES_PER_KEY);

  private StatsdKeys() {}

  private static Key<String> namePart(String name, String preset, String of) {
    return new Key<>(
        "statsd." + name, StatsdValueTypes.namePart(), preset, "what " + of + " begin with");
  }
}
