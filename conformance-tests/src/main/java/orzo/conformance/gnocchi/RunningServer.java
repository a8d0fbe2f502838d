package orzo.conformance.gnocchi;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import orzo.conformance.load.CpuMeter;

/** A server that runs already, a real Gnocchi with its driver for Redis. */
final class RunningServer implements MeasuredServer {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** The keys of Gnocchi's measures that are not processed, one for each metric. */
  private static final String PENDING = "incoming*-*:*";

  private final URI url;
  private final RedisServer redis;
  private final CpuMeter meter;

  /**
   * Looks at the processes that there are now.
   *
   * @param pids by what they are called; their descendants count too
   */
  RunningServer(URI url, int redisPort, Map<String, Long> pids) {
    this.url = url;
    redis = new RedisServer(redisPort);
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    pids.forEach((name, pid) -> {
      ProcessHandle process =
          ProcessHandle.of(pid)
              .orElseThrow(() ->
                  new IllegalArgumentException("--pid " + name + "=" + pid + ": no such process"));
      processes.put(name, process);
      process.descendants().forEach(child -> processes.put(name + " " + child.pid(), child));
    });
    meter = new CpuMeter(processes);
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public CpuMeter meter() {
    return meter;
  }

  @Override
  public RedisServer redis() {
    return redis;
  }

  @Override
  public void awaitProcessed() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (redis.keys(PENDING) > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("measures not processed after " + PATIENCE);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    meter.awaitQuiet();
  }

  @Override
  public void close() {
    // It was there before.
  }
}
