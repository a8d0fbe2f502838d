package orzo.http.prometheus;

import java.io.IOException;
import java.util.List;
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
  private static final byte[] END_OF_RESULT = JsonWriter.ascii("]}");

  private ValueJson() {}

  static void write(JsonWriter json, QueryValue value) throws IOException {
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
    json.raw(END_OF_RESULT);
  }

  private static void vector(JsonWriter json, QueryValue.Vector vector) throws IOException {
    List<Labels> series = vector.series();
    double[] values = vector.values();
    json.raw(VECTOR);
    for (int i = 0; i < series.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      json.raw(METRIC);
      labels(json, series.get(i));
      json.raw(VALUE);
      json.timestamp(vector.timestampMillis());
      json.raw(',');
      json.value(values[i]);
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
      json.raw(VALUES);
      SampleBuffer run = samples.get(i);
      for (int j = 0; j < run.size; j++) {
        if (j > 0) {
          json.raw(',');
        }
        json.raw('[');
        json.timestamp(run.timestampsMillis[j]);
        json.raw(',');
        json.value(run.values[j]);
        json.raw(']');
      }
      json.raw(END_OF_RESULT);
    }
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
