package orzo.policy;

import orzo.metric.Labels;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Chooses the archive policy of a metric that is about to be registered. */
@FunctionalInterface
public interface PolicyChoice {
  /**
   * The name of the policy for a metric with these labels.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when there is none yet
   */
  String policyFor(Labels labels);
}
