package orzo.http.prometheus;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Writes values of queries and labels of series. */
final class ValueJson {
  private static final byte[] SCALAR = JsonWriter.ascii("{\"resultType\":\"scalar\",\"result\":[");
  private static final byte[] STRING = JsonWriter.ascii("{\"resultType\":\"string\",\"result\":[");
  private static final byte[] VECTOR = JsonWriter.ascii("{\"resultType\":\"vector\",\"result\":[");
  private static final byte[] MATRIX = JsonWriter.ascii("{\"resultType\":\"matrix\",\"result\":[");
  private static final byte[] METRIC = JsonWriter.ascii("{\"metric\":");
  private static final byte[] VALUE = JsonWriter.ascii(",\"value\":[");
  private static final byte[] VALUES = JsonWriter.ascii(",\"values\":[");
  private static final byte[] HISTOGRAM = JsonWriter.ascii(",\"histogram\":[");
  private static final byte[] HISTOGRAMS = JsonWriter.ascii(",\"histograms\":[");
  private static final byte[] END_OF_RESULT = JsonWriter.ascii("]}");

  private static final byte[] STATS = JsonWriter.ascii(",\"stats\":");

  private ValueJson() {}

  static void write(JsonWriter json, QueryValue value) throws IOException {
    write(json, value, Optional.empty());
  }

  /** Writes a value, and after it the statistics of its query if there are any. */
  static void write(JsonWriter json, QueryValue value, Optional<Answer.Data> statistics)
      throws IOException {
    switch (value) {
      case QueryValue.Scalar(long timestampMillis, double number) -> {
        json.raw(SCALAR);
        json.scalarTimestamp(timestampMillis);
        json.raw(',');
        json.scalarValue(number);
      }
      case QueryValue.Text(long timestampMillis, String text) -> {
        json.raw(STRING);
        json.scalarTimestamp(timestampMillis);
        json.raw(',');
        json.string(text);
      }
      case QueryValue.Vector vector -> vector(json, vector);
      case QueryValue.Matrix(List<Labels> series, List<SampleBuffer> samples) ->
          matrix(json, series, samples);
    }
    json.raw(']');
    if (statistics.isPresent()) {
      json.raw(STATS);
      statistics.get().write(json);
    }
    json.raw('}');
  }

  private static void vector(JsonWriter json, QueryValue.Vector vector) throws IOException {
    List<Labels> series = vector.series();
    double[] values = vector.values();
    json.raw(VECTOR);
    for (int i = 0; i < series.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      NativeHistogram histogram = vector.histograms()[i];
      json.raw(METRIC);
      labels(json, series.get(i));
      json.raw(histogram == null ? VALUE : HISTOGRAM);
      json.timestamp(vector.timestampMillis());
      json.raw(',');
      if (histogram == null) {
        json.value(values[i]);
      } else {
        HistogramJson.write(json, histogram);
      }
      json.raw(END_OF_RESULT);
    }
  }

  private static void matrix(JsonWriter json, List<Labels> series, List<SampleBuffer> samples)
      throws IOException {
    json.raw(MATRIX);
    for (int i = 0; i < series.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      json.raw(METRIC);
      labels(json, series.get(i));
      SampleBuffer run = samples.get(i);
      @Nullable NativeHistogram[] histograms = run.histograms();
      if (histograms == null) {
        json.raw(VALUES);
        for (int j = 0; j < run.size; j++) {
          json.sample(j > 0, run.timestampsMillis[j], run.values[j]);
        }
        json.raw(END_OF_RESULT);
      } else {
        mixed(json, run, histograms);
      }
    }
  }

  /** The numbers of a series, if there are any, and apart from them its histograms. */
  private static void mixed(
      JsonWriter json, SampleBuffer run, @Nullable NativeHistogram[] histograms)
      throws IOException {
    boolean follows = false;
    for (int i = 0; i < run.size; i++) {
      if (histograms[i] == null) {
        if (!follows) {
          json.raw(VALUES);
        }
        json.sample(follows, run.timestampsMillis[i], run.values[i]);
        follows = true;
      }
    }
    if (follows) {
      json.raw(']');
    }
    follows = false;
    for (int i = 0; i < run.size; i++) {
      NativeHistogram histogram = histograms[i];
      if (histogram != null) {
        if (follows) {
          json.raw(',');
        } else {
          json.raw(HISTOGRAMS);
        }
        json.raw('[');
        json.timestamp(run.timestampsMillis[i]);
        json.raw(',');
        HistogramJson.write(json, histogram);
        json.raw(']');
        follows = true;
      }
    }
    if (follows) {
      json.raw(']');
    }
    json.raw('}');
  }

  /** Writes labels as an object, in ascending order of names. */
  static void labels(JsonWriter json, Labels labels) throws IOException {
    json.raw('{');
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      json.string(labels.name(i));
      json.raw(':');
      json.string(labels.value(i));
    }
    json.raw('}');
  }
}
