package orzo.http.gnocchi;

import java.util.UUID;
import orzo.book.ResourceState;
import orzo.inventory.Inventory;
import orzo.inventory.Stock;

/**
 * {@code /v1/resource/TYPE/ID/metric/NAME}: metrics by what they are called at their resources. All
 * else is as if their UUIDs were asked for.
 */
final class NamedMetricApi implements GnocchiPart {
  private static final String METRIC = "/v1/resource/:type/:id/metric/:name";

  private final Inventory inventory;
  private final MetricRequests requests;
  private final int maxMeasuresBytes;

  /** What can be asked of a metric. */
  interface MetricRequests {
    /** Shows it. */
    Reply get(Exchange exchange, UUID metric);

    /** Deletes it. */
    Reply delete(Exchange exchange, UUID metric);

    /** Shows its measures. */
    Reply measures(Exchange exchange, UUID metric);

    /** Takes measures for it. */
    Reply push(Exchange exchange, UUID metric);
  }

  /**
   * Creates the part.
   *
   * @param maxMeasuresBytes how large a body with measures may be
   */
  NamedMetricApi(Inventory inventory, MetricRequests requests, int maxMeasuresBytes) {
    this.inventory = inventory;
    this.requests = requests;
    this.maxMeasuresBytes = maxMeasuresBytes;
  }

  @Override
  public void mount(Routes routes) {
    routes
        .get(METRIC, it -> requests.get(it, metric(it)))
        .delete(METRIC, it -> requests.delete(it, metric(it)))
        .get(METRIC + "/measures", it -> requests.measures(it, metric(it)))
        .post(METRIC + "/measures", maxMeasuresBytes, it -> requests.push(it, metric(it)));
  }

  private UUID metric(Exchange exchange) {
    Stock stock = inventory.current(exchange.tenant());
    ResourceState resource = ResourceLists.resource(stock, exchange);
    String name = exchange.path("name");
    UUID metric = stock.metricsOf(resource.id()).get(name);
    if (metric == null) {
      throw ApiError.of(404, "Metric " + name + " does not exist");
    }
    return metric;
  }
}
