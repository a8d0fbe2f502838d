package orzo.gateway;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Locale;
import orzo.sack.SackMeters;
import orzo.storage.FlushOutcome;

/** What the sacks of this node do: folding, flushing, closing. */
final class ProcessingMetrics implements SackMeters {
  private final Counter processed;
  private final Counter dropped;
  private final Counter revived;
  private final Histogram durations;
  private final Counter splits;
  private final Counter bytes;
  private final Counter flushes;
  private final Counter closed;
  private final Counter closedSamples;
  private final Counter closing;
  private final Counter failures;

  ProcessingMetrics(PrometheusRegistry registry) {
    processed =
        counter(
            registry,
            "orzo_samples_processed_total",
            "Samples of the backlog that were folded into splits.");
    dropped =
        Counter.builder()
            .name("orzo_samples_dropped_total")
            .help("Samples of the backlog that were not folded into splits, by reason.")
            .labelNames("reason")
            .register(registry);
    for (Drop reason : Drop.values()) {
      dropped.initLabelValues(label(reason));
    }
    revived =
        Counter.builder()
            .name("orzo_samples_revived_total")
            .help(
                "Samples that came for a deleted series and were folded into the next one of the"
                    + " same metric.")
            .register(registry);
    durations =
        Histogram.builder()
            .name("orzo_flush_duration_seconds")
            .help("One flush of one sack: writing its changed splits and its checkpoint.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5)
            .register(registry);
    splits = counter(registry, "orzo_flush_splits_total", "Splits that flushes wrote.");
    bytes = counter(registry, "orzo_flush_bytes_total", "Bytes that flushes wrote.");
    flushes =
        Counter.builder()
            .name("orzo_sack_flushes_total")
            .help(
                "Flushes that storage answered to; of the outcomes only 'flushed' wrote anything."
                    + " 'lease_lost' means that the sack had become another node's.")
            .labelNames("outcome")
            .register(registry);
    for (FlushOutcome outcome : FlushOutcome.values()) {
      flushes.initLabelValues(label(outcome));
    }
    closed =
        counter(
            registry,
            "orzo_splits_closed_total",
            "Raw splits that were closed: rewritten dense, and aggregated.");
    closedSamples =
        counter(
            registry, "orzo_samples_aggregated_total", "Samples of raw splits that were closed.");
    closing =
        Counter.builder()
            .name("orzo_split_closing_seconds_total")
            .help("Time spent on closing raw splits, waiting for Redis included.")
            .unit(Unit.SECONDS)
            .register(registry);
    failures =
        counter(
            registry,
            "orzo_sack_failures_total",
            "Failures of storage that processing met and went on after.");
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void processed(int sack, long samples) {
    processed.inc(samples);
  }

  @Override
  public void dropped(int sack, Drop reason, long samples) {
    dropped.labelValues(label(reason)).inc(samples);
  }

  @Override
  public void revived(int sack, long samples) {
    revived.inc(samples);
  }

  @Override
  public void flushed(int sack, int splitCount, long byteCount, long nanos) {
    durations.observe(Unit.nanosToSeconds(nanos));
    splits.inc(splitCount);
    bytes.inc(byteCount);
  }

  @Override
  public void flushEnded(int sack, FlushOutcome outcome) {
    flushes.labelValues(label(outcome)).inc();
  }

  @Override
  public void closed(int sack, int splitCount, long samples, long nanos) {
    closed.inc(splitCount);
    closedSamples.inc(samples);
    closing.inc(Unit.nanosToSeconds(nanos));
  }

  @Override
  public void failed(int sack) {
    failures.inc();
  }
}
