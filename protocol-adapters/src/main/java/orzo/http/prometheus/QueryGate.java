package orzo.http.prometheus;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets a bounded number of requests at the layers below, first come, first served. */
final class QueryGate {
  private final QueryLimits limits;
  private final Semaphore permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Histogram durations;
  private final Counter refused;

  QueryGate(QueryLimits limits, PrometheusRegistry registry) {
    this.limits = limits;
    permits = new Semaphore(limits.maxConcurrent(), true);
    durations =
        Histogram.builder()
            .name("orzo_query_duration_seconds")
            .help("Evaluation, without the wait before and the sending of the answer after it.")
            .unit(Unit.SECONDS)
            .labelNames("endpoint")
            .classicOnly()
            .classicUpperBounds(
                .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 120)
            .register(registry);
    refused =
        Counter.builder()
            .name("orzo_queries_refused_total")
            .help("Queries that were not evaluated because too many were running and waiting.")
            .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_queries_running")
        .help("Queries under evaluation.")
        .callback(gauge -> gauge.call(limits.maxConcurrent() - permits.availablePermits()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("orzo_queries_waiting")
        .help("Queries that wait until another ends.")
        .callback(gauge -> gauge.call(waiting.get()))
        .register(registry);
  }

  /**
   * Waits for its turn, then works.
   *
   * @param timeout bounds the wait; what is left of it is handed to {@code work}
   * @throws ApiException when the turn does not come
   */
  <T> T pass(String endpoint, Duration timeout, Function<Duration, T> work) {
    long startNanos = System.nanoTime();
    enter(timeout);
    long enteredNanos = System.nanoTime();
    try {
      Duration left = timeout.minusNanos(enteredNanos - startNanos);
      if (!left.isPositive()) {
        throw new ApiException(ApiException.Type.TIMEOUT, "query timed out in query queue");
      }
      return work.apply(left);
    } finally {
      permits.release();
      durations
          .labelValues(endpoint)
          .observe(Unit.nanosToSeconds(System.nanoTime() - enteredNanos));
    }
  }

  /**
   * Works without a turn, which is for what takes no longer than waiting for one would.
   *
   * @return null, not counted, if {@code work} makes nothing
   */
  <T> @Nullable T quick(String endpoint, Supplier<@Nullable T> work) {
    long startNanos = System.nanoTime();
    T made = work.get();
    if (made != null) {
      durations.labelValues(endpoint).observe(Unit.nanosToSeconds(System.nanoTime() - startNanos));
    }
    return made;
  }

  private void enter(Duration timeout) {
    try {
      // With a time, even of none, it does not overtake those that wait.
      if (permits.tryAcquire(0, TimeUnit.NANOSECONDS)) {
        return;
      }
      waitForTurn(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ApiException.Type.CANCELED, "query was canceled in query queue");
    }
  }

  private void waitForTurn(Duration timeout) throws InterruptedException {
    if (waiting.incrementAndGet() > limits.maxWaiting()) {
      waiting.decrementAndGet();
      throw overloaded();
    }
    boolean ownTimeout = timeout.compareTo(limits.maxWait()) < 0;
    Duration wait = ownTimeout ? timeout : limits.maxWait();
    try {
      if (!permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw ownTimeout
            ? new ApiException(ApiException.Type.TIMEOUT, "query timed out in query queue")
            : overloaded();
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  private ApiException overloaded() {
    refused.inc();
    return new ApiException(
        ApiException.Type.UNAVAILABLE,
        "too many queries: "
            + limits.maxConcurrent()
            + " are running and more are waiting, for "
            + limits.maxWait().toSeconds()
            + " s at most; try again later");
  }
}
