package orzo.read;

import java.util.List;
import orzo.metric.Exemplar;
import orzo.metric.Labels;

/**
 * The exemplars of a series.
 *
 * @param labels the series' labels
 * @param exemplars at least one, by timestamp
 */
public record SeriesExemplars(Labels labels, List<Exemplar> exemplars) {}
