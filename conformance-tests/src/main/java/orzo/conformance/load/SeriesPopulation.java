package orzo.conformance.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orzo.conformance.prometheus.WriteRequestBody;

/**
 * The series of a workload with the labels they carry: hosts full of node-exporter families, in the
 * order in which a scrape brings them. Immutable.
 */
final class SeriesPopulation {
  private static final List<String> REGIONS = List.of("eu-central", "eu-west", "us-east");

  private final byte[][] labels;
  private final Map<String, String>[] labelMaps;
  private final int[] hosts;
  private final ValueModel[] models;
  private final long[] speeds;

  @SuppressWarnings("unchecked") // an array of maps has no type-safe constructor
  SeriesPopulation(int series) {
    labels = new byte[series][];
    labelMaps = (Map<String, String>[]) new Map<?, ?>[series];
    hosts = new int[series];
    models = new ValueModel[series];
    speeds = new long[series];
    List<MetricFamily> families = MetricFamily.ofHost();
    int count = 0;
    for (int host = 0; count < series; host++) {
      for (MetricFamily family : families) {
        for (Map<String, String> own : family.labelSets()) {
          if (count < series) {
            define(count++, host, family, own);
          }
        }
      }
    }
  }

  private void define(int index, int host, MetricFamily family, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>(own);
    all.put("__name__", family.name());
    all.put("job", "node");
    all.put("instance", "host-%04d.example.net:9100".formatted(host));
    all.put("cluster", "production-%d".formatted(host % 4));
    all.put("env", "production");
    all.put("region", REGIONS.get(host % REGIONS.size()));
    all.put("rack", "r%02d".formatted(host / 16));
    all.put("os", "linux");
    labels[index] = WriteRequestBody.encodeLabels(all);
    labelMaps[index] = Map.copyOf(all);
    hosts[index] = host;
    models[index] = family.model();
    speeds[index] = family.speed();
  }

  int size() {
    return labels.length;
  }

  int hosts() {
    return hosts[hosts.length - 1] + 1;
  }

  byte[] encodedLabels(int series) {
    return labels[series];
  }

  Map<String, String> labels(int series) {
    return labelMaps[series];
  }

  int host(int series) {
    return hosts[series];
  }

  ValueModel model(int series) {
    return models[series];
  }

  /** The typical step of a series: its family's, times something of its own between 1/8 and 8. */
  long speed(int series, Workload workload) {
    int shift = (int) Long.remainderUnsigned(workload.random(series, 1L << 41), 7) - 3;
    long speed = speeds[series];
    return Math.max(1, shift < 0 ? speed >> -shift : speed << shift);
  }

  /** The state of a series before the first scrape. */
  long firstState(int series, Workload workload) {
    long random = workload.random(series, 1L << 42);
    return switch (models[series]) {
      case CONSTANT -> speeds[series] == 1 ? random & 1 : speed(series, workload);
      case COUNTER, SECONDS_COUNTER ->
          Long.remainderUnsigned(random, 100_000) * speed(series, workload);
      case IDLE_COUNTER -> Long.remainderUnsigned(random, 1_000);
      case BYTES -> 200 * speed(series, workload) + Long.remainderUnsigned(random, 1 << 20);
      case GAUGE, NOISE -> 20 * speed(series, workload);
    };
  }
}
