package orzo.conformance.tiers;

import java.time.Duration;
import java.util.List;
import orzo.conformance.prometheus.PrometheusClient;

/** A range query that aggregates answer exactly. */
record Question(String expression, Duration step) {
  static final List<Question> ALL =
      List.of(
          new Question("avg_over_time(m[1h])", Duration.ofHours(1)),
          new Question("max_over_time(m[1d])", Duration.ofHours(1)),
          new Question("sum(m)", Duration.ofHours(1)));

  /** The path that asks it, with parameters given as name, value, name, value …. */
  String path(long startMillis, long endMillis, String... parameters) {
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
    String more = PrometheusClient.path("", parameters);
    return more.isEmpty() ? path : path + "&" + more.substring(1);
  }
}
