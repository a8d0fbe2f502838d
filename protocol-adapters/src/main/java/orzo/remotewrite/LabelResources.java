package orzo.remotewrite;

import java.util.List;
import orzo.intake.Registration;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/**
 * Which resource a pushed series belongs to: the one that its labels of these names tell, of the
 * type {@code prometheus}. A series that lacks one of them belongs to none.
 *
 * @param labels names of labels, in the order in which their values make up the id; none: no series
 *     belongs to a resource
 */
public record LabelResources(List<String> labels) {
  /** What Prometheus tells a target by, and what Gnocchi takes for its id. */
  public static final LabelResources DEFAULT = new LabelResources(List.of("job", "instance"));

  private static final String TYPE = "prometheus";

  /** Creates the rule. */
  public LabelResources {
    labels = List.copyOf(labels);
  }

  /** The registration of a new series. */
  Registration registration(Labels series) {
    return new Registration(series, ResourceRef.ofLabels(TYPE, series, labels), null);
  }
}
