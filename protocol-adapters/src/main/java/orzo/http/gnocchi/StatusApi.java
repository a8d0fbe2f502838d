package orzo.http.gnocchi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import orzo.http.access.Permission;
import orzo.intake.BacklogReport;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * {@code /v1/status}: how many measures of the tenant wait to be written into splits, and which
 * gateways do that. They are seen all the same.
 */
public final class StatusApi implements GnocchiPart {
  private final Metrics metrics;
  private final BacklogReport report;
  private final Supplier<List<String>> nodes;

  /**
   * Creates the part.
   *
   * @param nodes the names of the gateways that share the processing
   */
  public StatusApi(MetricApi.Knowledge known, BacklogReport report, Supplier<List<String>> nodes) {
    this.metrics = Metrics.of(known);
    this.report = report;
    this.nodes = nodes;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/v1/status", this::status);
  }

  private Reply status(Exchange exchange) {
    exchange.require(Permission.GET_STATUS);
    boolean details = Flags.of(exchange.parameters(), "details", true);
    Map<String, Long> waiting = waiting(exchange.tenant());
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("metrics", waiting.size());
    summary.put("measures", waiting.values().stream().mapToLong(Long::longValue).sum());
    Map<String, Object> storage = new LinkedHashMap<>();
    storage.put("summary", summary);
    if (details) {
      storage.put("measures_to_process", waiting);
    }
    Map<String, Object> processing = new LinkedHashMap<>();
    processing.put("processors", nodes.get());
    processing.put("statistics", Map.of()); // they are at /metrics of each
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("storage", storage);
    json.put("metricd", processing);
    return Reply.ok(json);
  }

  /** How many measures of each metric wait. */
  private Map<String, Long> waiting(Tenant tenant) {
    Map<Long, Long> byRef;
    try {
      byRef = report.waiting();
    } catch (GatewayException e) {
      if (e.kind() != Kind.LIMIT) {
        throw e;
      }
      throw ApiError.of(503, "Unable to generate status. Please retry. (" + e.getMessage() + ")");
    }
    Map<String, Long> waiting = new TreeMap<>();
    Map<Long, UUID> ids = metrics.ids(tenant, byRef.keySet());
    byRef.forEach((ref, samples) -> {
      UUID id = ids.get(ref);
      if (id != null) {
        waiting.merge(id.toString(), samples, Long::sum);
      }
    });
    return waiting;
  }
}
