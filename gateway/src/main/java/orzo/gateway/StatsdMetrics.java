package orzo.gateway;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;
import orzo.statsd.LineFault;
import orzo.statsd.StatsdCounters;
import orzo.statsd.StatsdListener;
import orzo.statsd.StatsdReceiver;

/** What the gateway tells about StatsD at {@code /metrics}. */
final class StatsdMetrics {
  private StatsdMetrics() {}

  /** Adds what came in and what became of it. */
  static void register(
      PrometheusRegistry registry, StatsdListener listener, StatsdReceiver receiver) {
    StatsdCounters counters = receiver.counters();
    counter(
        registry,
        "orzo_statsd_packets_total",
        "StatsD datagrams, and pieces of connections in which a line ended.",
        counters::packets);
    counter(registry, "orzo_statsd_lines_total", "StatsD lines.", counters::lines);
    counter(
        registry,
        "orzo_statsd_values_total",
        "StatsD values that were taken; a line may hold several.",
        counters::values);
    counter(
        registry,
        "orzo_statsd_events_total",
        "DogStatsD events; they are counted and no more.",
        counters::events);
    counter(
        registry,
        "orzo_statsd_service_checks_total",
        "DogStatsD service checks; they are counted and no more.",
        counters::serviceChecks);
    CounterWithCallback.builder()
        .name("orzo_statsd_faults_total")
        .help("StatsD lines, or values of lines, that were not taken, by reason.")
        .labelNames("reason")
        .callback(counter -> {
          for (LineFault fault : LineFault.values()) {
            counter.call(counters.faults(fault), fault.label());
          }
        })
        .register(registry);
    counter(
        registry,
        "orzo_statsd_datagrams_dropped_total",
        "Datagrams that the kernel dropped because its receive buffer was full; 0 where it does"
            + " not tell.",
        listener::droppedDatagrams);
    counter(
        registry,
        "orzo_statsd_falling_counts_total",
        "Counts below zero or not finite, which the label form of a counter leaves out.",
        counters::fallingCounts);
    counter(
        registry,
        "orzo_statsd_flushes_put_off_total",
        "Flushes left to the next one because the one before was still being computed.",
        counters::skippedFlushes);
    counter(
        registry,
        "orzo_statsd_forward_failures_total",
        "Flushes that could not be sent to statsd.forward.",
        counters::forwardFailures);
    gauge(
        registry,
        "orzo_statsd_keys",
        "StatsD keys that are held, each counted once per type, of statsd.max-keys.",
        counters::keys);
    gauge(
        registry,
        "orzo_statsd_waiting_samples",
        "Flushed samples that wait for storage.",
        receiver::waitingSamples);
    gauge(
        registry,
        "orzo_statsd_connections",
        "Open connections to StatsD's TCP and management ports.",
        listener::connections);
  }

  private static void counter(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(counter -> counter.call(value.getAsDouble()))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }
}
