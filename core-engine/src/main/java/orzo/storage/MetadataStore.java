package orzo.storage;

import java.util.List;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;

/** Type, help and unit of metric names, as clients state them. Safe for many threads. Blocking. */
public interface MetadataStore {
  /** Stores metadata; for one metric name the last statement wins. */
  void write(Tenant tenant, List<MetricMetadata> metadata);

  /** All metadata of a tenant, sorted by metric name. */
  List<MetricMetadata> read(Tenant tenant);
}
