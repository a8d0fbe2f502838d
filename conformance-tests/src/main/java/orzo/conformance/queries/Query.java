package orzo.conformance.queries;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orzo.conformance.prometheus.PrometheusClient;

/**
 * A request that a dashboard makes.
 *
 * @param kind what sort of request it is, for the report
 * @param text the expression, or what is looked up
 * @param path with parameters
 */
record Query(String kind, String text, String path) {
  private static final Duration STEP = Duration.ofMinutes(1);
  private static final Duration FINE_STEP = Duration.ofSeconds(15);

  /** Whether the answer has values that can be compared; otherwise its texts are. */
  boolean hasValues() {
    return path.startsWith("/api/v1/query");
  }

  /**
   * The query set over the load tool's series and {@link BucketSeries}.
   *
   * @param startMillis of the first samples
   * @param endMillis of the last samples
   */
  static List<Query> set(long startMillis, long endMillis) {
    List<Query> set = new ArrayList<>();
    for (String expression :
        List.of(
            "node_load1",
            "node_filesystem_avail_bytes / node_filesystem_size_bytes",
            "sum(rate(node_cpu_seconds_total[5m]))",
            "sum by (instance, mode) (rate(node_cpu_seconds_total[5m]))",
            "topk(10, rate(node_network_receive_bytes_total[5m]))",
            "histogram_quantile(0.9, sum by (le) (rate(" + BucketSeries.NAME + "[5m])))",
            "{__name__=~\"node_memory_.*\", instance=~\"host-00(0|1).*\"}",
            "count by (__name__) ({job=\"node\"})",
            "quantile_over_time(0.95, node_load5[1h])",
            "max_over_time(rate(node_cpu_seconds_total{mode=\"system\"}[5m])[1h:1m])",
            "node_memory_Active_bytes[2h]",
            "{__name__=~\"node_load.*\"}[90m]")) {
      set.add(instant(expression, endMillis));
    }
    for (String expression :
        List.of(
            "sum by (mode) (rate(node_cpu_seconds_total[5m]))",
            "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))",
            "sum by (region, device) (irate(node_disk_read_bytes_total{device=~\"nvme.*\"}[1m]))",
            "histogram_quantile(0.99, sum by (le, handler) (rate(" + BucketSeries.NAME + "[5m])))",
            "avg_over_time(node_load1[1h])",
            "node_memory_MemAvailable_bytes / on (instance) node_memory_MemTotal_bytes",
            "rate(node_network_receive_bytes_total[5m])",
            "topk(5, sum by (instance) (rate(node_vmstat_pgfault[5m])))",
            "predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600)")) {
      set.add(range(expression, startMillis, endMillis, STEP));
    }
    // About 650 kB each.
    set.add(range("node_load1", startMillis, endMillis, FINE_STEP));
    set.add(range("{__name__=~\"node_load(1|5)\"}", startMillis, endMillis, FINE_STEP));
    set.add(lookup("/api/v1/labels"));
    set.add(lookup("/api/v1/label/__name__/values"));
    set.add(lookup("/api/v1/label/instance/values"));
    set.add(lookup("/api/v1/series", "match[]", "node_cpu_seconds_total"));
    set.add(lookup("/api/v1/series", "match[]", "{instance=~\"host-0003.*\"}"));
    return List.copyOf(set);
  }

  private static Query instant(String expression, long millis) {
    String path =
        PrometheusClient.path(
            "/api/v1/query", "query", expression, "time", PrometheusClient.seconds(millis));
    return new Query("instant", expression, path);
  }

  private static Query range(String expression, long startMillis, long endMillis, Duration step) {
    String path =
        PrometheusClient.path(
            "/api/v1/query_range",
            "query",
            expression,
            "start",
            PrometheusClient.seconds(startMillis),
            "end",
            PrometheusClient.seconds(endMillis),
            "step",
            PrometheusClient.seconds(step.toMillis()));
    return new Query("range " + step.toSeconds() + " s", expression, path);
  }

  private static Query lookup(String path, String... parameters) {
    String text = parameters.length == 0 ? path : path + " " + parameters[1];
    return new Query("look-up", text, PrometheusClient.path(path, parameters));
  }
}
