package orzo.http.gnocchi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import orzo.intake.SampleBatch;
import orzo.storage.GatewayException;

/**
 * What a body in InfluxDB's line protocol says: measures of metrics, by the names of their
 * resources. A field is a metric, {@code measurement.field@tag=value,…}, of the resource that one
 * of the tags names; slashes in its name become underscores, as names of metrics can't have any.
 */
final class InfluxPoints {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<Named> metrics = new ArrayList<>();
  private final Map<Named, Integer> places = new HashMap<>();
  private int[] of = new int[64]; // by point: the place of its metric
  private long[] timestampsMillis = new long[64];
  private double[] values = new double[64];
  private int size;

  /** A metric by its name at a resource. */
  record Named(String resource, String metric) {}

  /** What is to be known to understand a body. */
  record Reading(String resourceTag, long nanosPerUnit, long nowMillis) {}

  private InfluxPoints() {}

  /**
   * Reads a body line by line; empty lines and comments are passed over.
   *
   * @throws ApiError for the first line that is none, or that has no tag for its resource
   */
  static InfluxPoints read(byte[] body, Reading reading) {
    InfluxPoints points = new InfluxPoints();
    CharsetDecoder text = StandardCharsets.UTF_8.newDecoder(); // that refuses what is no UTF-8
    int number = 0;
    int from = 0;
    while (from < body.length) {
      int end = from;
      while (end < body.length && body[end] != '\n') {
        end++;
      }
      number++;
      int last = end > from && body[end - 1] == '\r' ? end - 1 : end;
      if (last > from && body[from] != '#') {
        points.add(line(text, ByteBuffer.wrap(body, from, last - from), number), number, reading);
      }
      from = end + 1;
    }
    return points;
  }

  private static InfluxLine line(CharsetDecoder text, ByteBuffer line, int number) {
    try {
      return InfluxLine.parse(text.decode(line).toString());
    } catch (CharacterCodingException e) {
      throw unreadable(number, "the line (expected: UTF-8)");
    } catch (GatewayException e) {
      throw unreadable(number, String.valueOf(e.getMessage()));
    }
  }

  private static ApiError unreadable(int number, String why) {
    return ApiError.argument("Value error", "line", "Unable to parse line " + number)
        .explained("line " + number + ": " + why);
  }

  private void add(InfluxLine line, int number, Reading reading) {
    SortedMap<String, String> tags = new TreeMap<>(line.tags());
    String resource = tags.remove(reading.resourceTag());
    if (resource == null) {
      throw ApiError.argument(
          "Value error", "key", "Unable to find key `" + reading.resourceTag() + "' in tags");
    }
    if (line.fields().isEmpty()) {
      return;
    }
    long millis = millis(line.timestamp(), number, reading);
    StringBuilder suffix = new StringBuilder();
    tags.forEach((key, value) ->
        suffix.append(suffix.isEmpty() ? '@' : ',').append(key).append('=').append(value));
    // As in Gnocchi, the last one counts of fields that have one name.
    Map<String, Double> fields = new LinkedHashMap<>();
    line.fields().forEach(field -> fields.put(field.name(), field.value()));
    fields.forEach((field, value) -> {
      String metric = (line.measurement() + '.' + field + suffix).replace('/', '_');
      add(new Named(resource, metric), millis, value);
    });
  }

  private static long millis(OptionalLong timestamp, int number, Reading reading) {
    if (timestamp.isEmpty()) {
      return reading.nowMillis();
    }
    try {
      return Math.multiplyExact(timestamp.getAsLong(), reading.nanosPerUnit()) / NANOS_PER_MILLI;
    } catch (ArithmeticException _) {
      throw unreadable(number, "the timestamp is beyond the year 2262");
    }
  }

  private void add(Named metric, long millis, double value) {
    int place = places.computeIfAbsent(metric, _ -> places.size());
    if (place == metrics.size()) {
      metrics.add(metric);
    }
    if (size == of.length) {
      of = Arrays.copyOf(of, 2 * size);
      timestampsMillis = Arrays.copyOf(timestampsMillis, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    of[size] = place;
    timestampsMillis[size] = millis;
    values[size++] = value;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  /** The metrics they are of, in the order in which they came first. */
  List<Named> metrics() {
    return metrics;
  }

  /**
   * All of them as samples.
   *
   * @param refs of the metrics, in their order
   */
  SampleBatch batch(long[] refs) {
    SampleBatch batch = new SampleBatch(size);
    for (int i = 0; i < size; i++) {
      batch.add(refs[of[i]], timestampsMillis[i], values[i]);
    }
    return batch;
  }
}
