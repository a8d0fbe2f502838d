package orzo.conformance.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import orzo.conformance.prometheus.PrometheusClient;

/** What the gateway counts at {@code /metrics}. */
public final class OwnMetric {
  /** Between two reads, each of which costs the gateway some milliseconds while it is measured. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private OwnMetric() {}

  /** The sum of all lines that begin so. */
  public static long read(PrometheusClient client, String beginning) {
    return (long)
        client
            .get("/metrics")
            .text()
            .lines()
            .filter(line -> line.startsWith(beginning))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
  }

  /** Waits until the sum is as wanted, or patience is at an end; returns it. */
  public static long await(
      PrometheusClient client, String beginning, LongPredicate wanted, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      long sum = read(client, beginning);
      if (wanted.test(sum) || System.nanoTime() - deadline > 0) {
        return sum;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
