package orzo.index;

import orzo.metric.Labels;

/**
 * A series as the index knows it.
 *
 * @param ref its reference, see {@link orzo.metric.SeriesRef}
 * @param labels its labels
 */
public record IndexedSeries(long ref, Labels labels) {}
