package orzo.storage;

import orzo.metric.Metric;

/**
 * A registered metric.
 *
 * @param series its integer in its sack, dense from 0
 */
public record CatalogEntry(int series, Metric metric) {}
