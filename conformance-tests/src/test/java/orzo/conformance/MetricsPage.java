package orzo.conformance;

import java.net.URI;
import java.util.List;
import orzo.conformance.prometheus.PrometheusClient;

/** What a gateway told about itself at {@code /metrics}, at one moment. */
record MetricsPage(List<String> lines) {
  /** Reads it; fails when the gateway does not answer. */
  static MetricsPage of(URI gateway) {
    try (PrometheusClient client = new PrometheusClient(gateway, "")) {
      PrometheusClient.Reply reply = client.get("/metrics");
      if (reply.status() != 200) {
        throw new IllegalStateException("HTTP " + reply.status() + ": " + reply.text());
      }
      return new MetricsPage(reply.text().lines().toList());
    }
  }

  /**
   * The sum over a metric's series, zero when there is none.
   *
   * @param labels which its series must have, as they are printed: {@code outcome="flushed"}
   */
  double sum(String name, String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
