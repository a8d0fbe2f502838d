package orzo.conformance.gnocchi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The measures that are sent: one each 30 seconds of each metric, with two decimal places, noise
 * round a sine with a period of a day. Two runs send the same. Not safe for many threads.
 */
final class MeasureModel {
  /** When the first measure of each metric is. */
  static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  /** How far measures are apart. */
  static final Duration STEP = Duration.ofSeconds(30);

  private static final int PER_DAY = 2880;
  private static final byte[] NEXT = ascii("}, ");
  private static final byte[] END = ascii("}");

  private final Map<Integer, double[]> byMetric = new HashMap<>();

  /** When measure {@code i} is, as it is written. */
  static String time(int i) {
    return START.plus(STEP.multipliedBy(i)).toString().replace("Z", "");
  }

  /** The first values of a metric, {@code count} of them at least. */
  double[] values(int metric, int count) {
    double[] values = byMetric.get(metric);
    if (values == null || values.length < count) {
      Random noise = new Random(metric);
      int known = values == null ? 500 : values.length;
      values = new double[Math.max(count, 2 * known)]; // seldom, since all are made anew
      for (int i = 0; i < values.length; i++) {
        double value =
            50 + 20 * Math.sin(2 * Math.PI * i / PER_DAY + metric) + noise.nextGaussian();
        values[i] = Math.round(value * 100) / 100.0;
      }
      byMetric.put(metric, values);
    }
    return values;
  }

  /**
   * A body for {@code POST /v1/batch/metrics/measures}.
   *
   * @param ids of the metrics
   * @param firstMetric the number of the first of them; the others are numbered upwards
   * @param from the first measure of each
   * @param count how many of each
   */
  byte[] body(List<String> ids, int firstMetric, int from, int count) {
    byte[][] starts = new byte[count][];
    for (int i = 0; i < count; i++) {
      starts[i] = ascii("{\"timestamp\": \"" + time(from + i) + "\", \"value\": ");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(60 * count * ids.size());
    String separator = "{\"";
    for (int metric = 0; metric < ids.size(); metric++) {
      body.writeBytes(ascii(separator + ids.get(metric) + "\": ["));
      separator = "], \"";
      double[] values = values(firstMetric + metric, from + count);
      for (int i = 0; i < count; i++) {
        body.writeBytes(starts[i]);
        writeValue(values[from + i], body);
        body.writeBytes(i + 1 < count ? NEXT : END);
      }
    }
    body.writeBytes(ascii("]}"));
    return body.toByteArray();
  }

  /** Writes a value of up to two decimal places in the shortest form; some millions are to go. */
  private static void writeValue(double value, ByteArrayOutputStream out) {
    long hundredths = Math.round(Math.abs(value) * 100);
    if (value < 0) {
      out.write('-');
    }
    if (hundredths >= 10_000) {
      out.writeBytes(ascii(Long.toString(hundredths / 10_000)));
    }
    if (hundredths >= 1_000) {
      out.write(digit(hundredths / 1_000));
    }
    out.write(digit(hundredths / 100));
    out.write('.');
    out.write(digit(hundredths / 10));
    if (hundredths % 10 != 0) {
      out.write(digit(hundredths));
    }
  }

  private static int digit(long number) {
    return (int) ('0' + number % 10);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What a server is to make of the first measures of a metric, window by window; NaN where there
   * is no value.
   *
   * @param method one of mean, min, max, sum, std, count
   * @param granularity a multiple of {@link #STEP}
   */
  double[] windows(int metric, int count, String method, Duration granularity) {
    double[] values = values(metric, count);
    int perWindow = (int) granularity.dividedBy(STEP);
    double[] windows = new double[Math.ceilDiv(count, perWindow)];
    for (int i = 0; i < windows.length; i++) {
      int from = i * perWindow;
      windows[i] = of(method, Arrays.copyOfRange(values, from, Math.min(count, from + perWindow)));
    }
    return windows;
  }

  private static double of(String method, double[] values) {
    return switch (method) {
      case "mean" -> Arrays.stream(values).average().orElse(Double.NaN);
      case "min" -> Arrays.stream(values).min().orElse(Double.NaN);
      case "max" -> Arrays.stream(values).max().orElse(Double.NaN);
      case "sum" -> Arrays.stream(values).sum();
      case "count" -> values.length;
      case "std" -> {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double squares = Arrays.stream(values).map(it -> (it - mean) * (it - mean)).sum();
        yield values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
      }
      default -> throw new IllegalArgumentException("method: " + method);
    };
  }
}
