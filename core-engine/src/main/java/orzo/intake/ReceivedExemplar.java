package orzo.intake;

import orzo.metric.Exemplar;

/**
 * An exemplar of a registered series.
 *
 * @param ref the series, see {@link orzo.metric.SeriesRef}
 */
public record ReceivedExemplar(long ref, Exemplar exemplar) {}
