package orzo.conformance.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * CPU time of named processes: user and system time of all threads, those that ended included, as
 * {@code /proc/PID/stat} has it, to 10 ms.
 */
public final class CpuMeter {
  private static final Duration QUIET_SPAN = Duration.ofMillis(1_500);
  private static final double QUIET_SHARE = 0.05;
  private static final Duration QUIET_TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, ProcessHandle> processes;

  public CpuMeter(Map<String, ProcessHandle> processes) {
    this.processes = new LinkedHashMap<>(processes);
  }

  /** CPU time since each process's start, in the order of the processes given. */
  public Map<String, Duration> read() {
    Map<String, Duration> times = new LinkedHashMap<>();
    processes.forEach((name, process) -> times.put(name, cpu(name, process)));
    return times;
  }

  private static Duration cpu(String name, ProcessHandle process) {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() ->
            new IllegalStateException(
                name + ": process " + process.pid() + " has ended or may not be looked at"));
  }

  /** CPU time between two readings. */
  public static Map<String, Duration> between(
      Map<String, Duration> before, Map<String, Duration> after) {
    Map<String, Duration> spent = new LinkedHashMap<>();
    after.forEach((name, time) -> spent.put(name, time.minus(before.getOrDefault(name, time))));
    return spent;
  }

  public static Duration sum(Map<String, Duration> times) {
    return times.values().stream().reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Waits until the processes have worked off what they put aside: until they use less than a
   * twentieth of one processor.
   */
  public void awaitQuiet() {
    long deadline = System.nanoTime() + QUIET_TIMEOUT.toNanos();
    Duration last = sum(read());
    while (System.nanoTime() < deadline) {
      long until = System.nanoTime() + QUIET_SPAN.toNanos();
      while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
      Duration now = sum(read());
      if (now.minus(last).toNanos() < QUIET_SHARE * QUIET_SPAN.toNanos()) {
        return;
      }
      last = now;
    }
  }

  /** Memory each process has in RAM now, in MiB. */
  Map<String, Long> residentMebibytes() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    processes.forEach((name, process) -> sizes.put(name, resident(process.pid())));
    return sizes;
  }

  private static long resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException _) {
      return 0; // not on Linux, or it has ended: CPU readings fail then
    }
  }
}
