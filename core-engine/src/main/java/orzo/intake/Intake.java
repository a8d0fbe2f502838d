package orzo.intake;

import java.util.List;
import java.util.concurrent.CompletionStage;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;

/** Where protocol adapters bring what they decoded. Safe for many threads. */
public interface Intake {
  /**
   * Whether samples are taken at the moment. Costs nothing: a protocol asks before it decodes, and
   * one that can hold its senders back reads on when this says so again. The answer is advice: what
   * {@link #append} says counts.
   */
  Admission admission();

  /**
   * Registers series, those already known included: they keep resource, archive policy and path.
   * Blocks; never call it on an event loop.
   *
   * @return their references, in the order of {@code series}
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer, {@link orzo.storage.Kind#LIMIT} when it has no room
   */
  long[] register(Tenant tenant, List<Registration> series);

  /**
   * Appends samples to the backlog. Does not block; the batch is not to be touched until the stage
   * completes.
   *
   * @return completes when storage has acknowledged all samples; completes with {@link
   *     orzo.storage.GatewayException} {@link orzo.storage.Kind#LIMIT} when there is no room, here,
   *     in the backlog or in storage, or {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer; some of the samples may then be stored, and sending them again does no harm
   */
  CompletionStage<Void> append(SampleBatch batch);

  /**
   * Keeps exemplars of registered series, as many as storage keeps. Blocks.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer, {@link orzo.storage.Kind#LIMIT} when it has no room; keeping them again does no
   *     harm
   */
  void keep(List<ReceivedExemplar> exemplars);

  /**
   * Stores metadata that differs from what is known. Blocks.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when storage does
   *     not answer
   */
  void describe(Tenant tenant, List<MetricMetadata> metadata);
}
