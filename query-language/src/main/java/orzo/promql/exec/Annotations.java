package orzo.promql.exec;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orzo.promql.exec.histogram.HistogramNotes;
import orzo.promql.exec.math.GoNumbers;
import orzo.promql.syntax.Position;

/** What an answer says besides its value, in Prometheus's words. Safe for many threads. */
final class Annotations {
  private static final String WARNING = "PromQL warning: ";
  private static final String INFO = "PromQL info: ";

  private final String query;
  private final Map<String, Position> warnings = new TreeMap<>(); // guarded by this
  private final Map<String, Position> infos = new TreeMap<>(); // guarded by this
  private final Map<Overlap, Long> overlaps = new HashMap<>(); // guarded by this
  private final Map<String, Repairs> repairs = new HashMap<>(); // guarded by this

  private long told; // guarded by this

  /** Where start timestamps of a metric overlap. */
  private record Overlap(String metricName, Position position) {}

  /** No annotations on a query; its text may be empty when only its tree is known. */
  Annotations(String query) {
    this.query = query;
  }

  void invalidQuantile(double quantile, Position position) {
    warn("quantile value should be between 0 and 1, got " + GoNumbers.general(quantile), position);
  }

  void invalidRatio(double ratio, double bound, Position position) {
    warn(
        "ratio value should be between -1 and 1, got "
            + GoNumbers.general(ratio)
            + ", capping to "
            + GoNumbers.general(bound),
        position);
  }

  void badBucketLabel(String value, String metricName, Position position) {
    warn(
        "bucket label \"le\" is missing or has a malformed value of "
            + quoted(value)
            + forMetric(metricName),
        position);
  }

  void sortInRangeQuery(Position position) {
    warn(
        "sort is ineffective for range queries since results are always ordered by labels",
        position);
  }

  void possibleNonCounter(String metricName, Position position) {
    info(
        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
            + quoted(metricName),
        position);
  }

  void possibleNonCounterType(String metricName, String type, Position position) {
    info(
        "metric might not be a counter, __type__ label is not set to \"counter\" or"
            + " \"histogram\", got "
            + quoted(type)
            + ": "
            + quoted(metricName),
        position);
  }

  /** Samples of a window began before the ones before them ended, and at another time. */
  synchronized void overlappingStarts(String metricName, Position position) {
    told++;
    overlaps.merge(new Overlap(metricName, position), 1L, Long::sum);
  }

  /** Buckets that a histogram counted down over were lifted to the count of the one below. */
  synchronized void forcedMonotonicity(
      String metricName,
      Position position,
      long timeMillis,
      double minBucket,
      double maxBucket,
      double maxDifference) {
    told++;
    repairs
        .computeIfAbsent(metricName, _ -> new Repairs(position))
        .add(timeMillis, minBucket, maxBucket, maxDifference);
  }

  /** Where to say something of histograms at one place of the query. */
  HistogramNotes at(Position position) {
    return note -> {
      if (note.isWarning()) {
        warn(note.text(), position);
      } else {
        info(note.text(), position);
      }
    };
  }

  private synchronized void warn(String message, Position position) {
    told++;
    warnings.putIfAbsent(message, position);
  }

  private synchronized void info(String message, Position position) {
    told++;
    infos.putIfAbsent(message, position);
  }

  /** How often something was told, the same again counted too. */
  synchronized long told() {
    return told;
  }

  /** The warnings, sorted. */
  synchronized List<String> warnings() {
    List<String> texts = new ArrayList<>();
    warnings.forEach((message, position) -> texts.add(WARNING + message + place(position)));
    overlaps.forEach((overlap, windows) ->
        texts.add(
            WARNING
                + "sample has start time that overlaps with previous sample timestamp for metric "
                + quoted(overlap.metricName())
                + (windows > 1 ? " (" + windows + " occurrences)" : "")
                + place(overlap.position())));
    Collections.sort(texts);
    return texts;
  }

  /** The infos, sorted. */
  synchronized List<String> infos() {
    List<String> texts = new ArrayList<>();
    infos.forEach((message, position) -> texts.add(INFO + message + place(position)));
    repairs.forEach((metricName, all) ->
        texts.add(
            INFO
                + "input to histogram_quantile needed to be fixed for monotonicity (see"
                + " https://prometheus.io/docs/prometheus/latest/querying/functions/"
                + "#histogram_quantile)"
                + forMetric(metricName)
                + all
                + place(all.position)));
    Collections.sort(texts);
    return texts;
  }

  /** Line and column, both from 1, in parentheses. */
  private String place(Position position) {
    int start = position.start();
    if (query.isEmpty() || start < 0 || start > query.length()) {
      return "";
    }
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < start; i++) {
      if (query.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return " (" + line + ":" + (start - lineStart + 1) + ")";
  }

  private static String forMetric(String metricName) {
    return metricName.isEmpty() ? "" : " for metric name " + quoted(metricName);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** All repairs of the histograms of one name. */
  private static final class Repairs {
    final Position position;
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;
    private double minBucket = Double.POSITIVE_INFINITY;
    private double maxBucket = Double.NEGATIVE_INFINITY;
    private double maxDifference;
    private long samples;

    Repairs(Position position) {
      this.position = position;
    }

    void add(long timeMillis, double min, double max, double difference) {
      firstMillis = Math.min(firstMillis, timeMillis);
      lastMillis = Math.max(lastMillis, timeMillis);
      minBucket = Math.min(minBucket, min);
      maxBucket = Math.max(maxBucket, max);
      maxDifference = Math.max(maxDifference, difference);
      samples++;
    }

    @Override
    public String toString() {
      return ", from buckets "
          + GoNumbers.general(minBucket)
          + " to "
          + GoNumbers.general(maxBucket)
          + ", with a max diff of "
          + GoNumbers.twoDigits(maxDifference)
          + ", over "
          + samples
          + " samples from "
          + seconds(firstMillis)
          + " to "
          + seconds(lastMillis);
    }

    private static String seconds(long millis) {
      return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }
}
