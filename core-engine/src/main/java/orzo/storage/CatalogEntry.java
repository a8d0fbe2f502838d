package orzo.storage;

import orzo.metric.Metric;

/**
 * A registered metric.
 *
 * @param series its integer in its sack, counted from 0 in the order of registration
 */
public record CatalogEntry(int series, Metric metric) {}
