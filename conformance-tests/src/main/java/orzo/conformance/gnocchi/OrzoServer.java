package orzo.conformance.gnocchi;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import orzo.conformance.load.CpuMeter;
import orzo.conformance.load.OwnMetric;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.TemporaryDirectory;

/** A gateway, and a Redis that writes nothing to disk, as Gnocchi's had when it was measured. */
final class OrzoServer implements MeasuredServer {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final String ACCEPTED = "orzo_samples_accepted_total{protocol=\"gnocchi";
  private static final String AGGREGATED = "orzo_samples_aggregated_total";

  private final PeerServer redis;
  private final GatewayServer gateway;
  private final PrometheusClient metrics;
  private final CpuMeter meter;
  private long acceptedBefore;
  private long aggregatedBefore;

  /**
   * Starts both.
   *
   * @param directory is empty
   */
  OrzoServer(TemporaryDirectory directory, GatewayOptions options) {
    redis = PeerServer.redisInMemory(directory.path());
    gateway =
        options.gateway(
            directory.path(),
            Map.of(
                "redis.url", redis.url().toString(),
                "auth.mode", "gnocchi-basic",
                // As little as does not close a split between two pushes of the same four hours.
                "engine.close-delay", "2s"));
    gateway.start();
    metrics = new PrometheusClient(gateway.url(), "");
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    processes.put("gateway", gateway.process().handle());
    processes.put("redis", redis.process().handle());
    meter = new CpuMeter(processes);
  }

  @Override
  public URI url() {
    return gateway.url();
  }

  @Override
  public CpuMeter meter() {
    return meter;
  }

  @Override
  public RedisServer redis() {
    return new RedisServer(redis.url().getPort());
  }

  @Override
  public void awaitProcessed() {
    long accepted = OwnMetric.read(metrics, ACCEPTED);
    long wanted = aggregatedBefore + accepted - acceptedBefore;
    long aggregated = OwnMetric.await(metrics, AGGREGATED, count -> count >= wanted, PATIENCE);
    if (aggregated < wanted) {
      throw new IllegalStateException(
          aggregated + " measures aggregated after " + PATIENCE + " (expected: " + wanted + ")");
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    do {
      LockSupport.parkNanos(PAUSE.toNanos());
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("splits still open after " + PATIENCE);
      }
    } while (redis().keys("*}:open") > 0);
    meter.awaitQuiet();
    acceptedBefore = accepted;
    aggregatedBefore = OwnMetric.read(metrics, AGGREGATED);
  }

  @Override
  public void close() {
    metrics.close();
    gateway.close();
    redis.close();
  }
}
