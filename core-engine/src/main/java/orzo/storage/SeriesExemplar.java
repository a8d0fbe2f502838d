package orzo.storage;

import orzo.metric.Exemplar;

/**
 * An exemplar of a series.
 *
 * @param series the series' integer in its sack
 */
public record SeriesExemplar(int series, Exemplar exemplar) {}
