package orzo.gateway;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.xerial.snappy.Snappy;
import orzo.encoding.ByteArrayWriter;

/**
 * What a gateway is given to do while Java writes down how it went: remote-write requests of 2,000
 * series over more than the span of a split, and queries of them. Java then knows from the start
 * which methods are worth compiling, and for which types.
 */
final class TrainingLoad {
  /** How many requests there are; they are meant to be sent in order. */
  static final int REQUESTS = 120;

  private static final int SERIES = 2_000;
  private static final long START_MILLIS = 1_767_225_600_000L;
  private static final long STEP_MILLIS = 150_000;
  private static final String[] BOUNDS = {"0.1", "0.5", "1", "5", "+Inf"};

  // Fields of prometheus.WriteRequest: number << 3 | wire type (0 varint, 1 64 bits, 2 bytes).
  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int NAME = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;
  private static final int SAMPLE_VALUE = 1 << 3 | 1;
  private static final int SAMPLE_TIMESTAMP = 2 << 3;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<byte[]> labels = new ArrayList<>(SERIES);
  private final double[] values = new double[SERIES];
  private int request;

  TrainingLoad() {
    for (int series = 0; series < SERIES; series++) {
      labels.add(labels(series));
    }
  }

  /**
   * The body of the next remote-write 1.0 request: one sample of each series, in protobuf, as a
   * block of Snappy.
   */
  byte[] nextBody() throws IOException {
    long timestamp = START_MILLIS + request++ * STEP_MILLIS;
    ByteArrayWriter body = new ByteArrayWriter(SERIES * 200);
    ByteArrayWriter sample = new ByteArrayWriter(32);
    for (int series = 0; series < SERIES; series++) {
      values[series] = next(series, values[series]);
      sample.clear();
      sample.writeVarint(SAMPLE_VALUE);
      sample.writeLong(Double.doubleToRawLongBits(values[series]));
      sample.writeVarint(SAMPLE_TIMESTAMP);
      sample.writeVarint(timestamp + series % 20);
      byte[] own = labels.get(series);
      body.writeVarint(TIMESERIES);
      body.writeVarint(own.length + 1 + ByteArrayWriter.varintBytes(sample.size()) + sample.size());
      body.writeBytes(own, 0, own.length);
      body.writeVarint(SAMPLES);
      body.writeVarint(sample.size());
      body.writeBytes(sample.array(), 0, sample.size());
    }
    return Snappy.compress(body.toByteArray());
  }

  /** Paths of the HTTP API that ask for what the requests have written. */
  static List<String> questions() {
    long end = (START_MILLIS + (REQUESTS - 1) * STEP_MILLIS) / 1_000;
    List<String> paths = new ArrayList<>();
    for (String expression :
        List.of(
            "training_gauge",
            "training_gauge{instance=~\"host-1.*\"}[1h]",
            "topk(5, rate(training_total[10m]))",
            "sum by (mode) (rate(training_total[10m]))",
            "histogram_quantile(0.9, sum by (le) (rate(training_bucket[10m])))",
            "training_gauge / on (instance, mode) training_level",
            "avg_over_time(training_gauge[1h])",
            "quantile_over_time(0.9, training_level[1h])",
            "max_over_time(rate(training_total[10m])[1h:5m])",
            "count by (__name__) ({job=\"training\"})")) {
      String query = "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
      paths.add("/api/v1/query?" + query + "&time=" + end);
      if (!expression.endsWith("[1h]")) {
        String range = "&start=" + (end - 7_200) + "&end=" + end + "&step=60";
        paths.add("/api/v1/query_range?" + query + range);
      }
    }
    paths.add("/api/v1/labels");
    paths.add("/api/v1/label/instance/values");
    paths.add("/api/v1/series?match%5B%5D=training_gauge&start=" + (end - 3_600) + "&end=" + end);
    return paths;
  }

  private double next(int series, double before) {
    return switch (series % 4) {
      case 0 -> before + random.nextInt(1_000);
      case 1 -> Math.rint(random.nextDouble() * 10_000) / 100;
      case 2 -> before + random.nextInt(5);
      default -> random.nextInt(10) == 0 ? random.nextDouble() : before;
    };
  }

  private static byte[] labels(int series) {
    String name =
        switch (series % 4) {
          case 0 -> "training_total";
          case 1 -> "training_gauge";
          case 2 -> "training_bucket";
          default -> "training_level";
        };
    int place = series / 4;
    ByteArrayWriter out = new ByteArrayWriter(160);
    label(out, "__name__", name);
    label(out, "instance", "host-" + place / 10 + ":9100");
    label(out, "job", "training");
    if (series % 4 == 2) {
      label(out, "le", BOUNDS[place % BOUNDS.length]);
    }
    label(out, "mode", "mode-" + place % 10);
    return out.toByteArray();
  }

  private static void label(ByteArrayWriter out, String name, String value) {
    byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    byte[] valueBytes = value.getBytes(StandardCharsets.US_ASCII);
    out.writeVarint(LABELS);
    out.writeVarint(4 + nameBytes.length + valueBytes.length); // tags and lengths of a byte each
    out.writeVarint(NAME);
    out.writeVarint(nameBytes.length);
    out.writeBytes(nameBytes, 0, nameBytes.length);
    out.writeVarint(VALUE);
    out.writeVarint(valueBytes.length);
    out.writeBytes(valueBytes, 0, valueBytes.length);
  }
}
