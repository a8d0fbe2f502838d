package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reports how many bytes of Redis's memory a workload takes, by kind of key: each kind is deleted,
 * and what {@code used_memory} sinks by is what it took, keys and all overhead included.
 */
@Command(
    name = "sizes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts a redis-server and a gateway, writes a workload, waits until every split is closed,"
            + " and reports what Redis's memory holds, per sample, window and series. Without"
            + " --start the last scrape was a minute before the time of the last raw split was over,"
            + " since none is closed before.")
public final class SizeReport implements Callable<Integer> {
  /** What a raw split covers. */
  private static final Duration SPAN = Duration.ofHours(4);

  private static final Duration SETTLING = Duration.ofMinutes(10);
  private static final Duration SHRINKING = Duration.ofSeconds(3);
  private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

  @Mixin private final WorkloadOptions options = new WorkloadOptions();

  @Option(
      names = "--policy",
      defaultValue = "raw",
      description = "Archive policy of all series (default: ${DEFAULT-VALUE}).")
  private String policy = "";

  @Option(
      names = "--granularity",
      paramLabel = "SECONDS",
      split = ",",
      description = "Granularities of the policy, to count its windows by.")
  private List<Integer> granularities = List.of();

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the default of {@code --start}
   * @param out where the report goes
   */
  public SizeReport(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new SizeReport(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    Workload workload = options.workload(this::lastMinute);
    LoadRun run = new LoadRun(workload, options.samplesPerSecond(), out);
    run.describe();
    try (TemporaryDirectory redisDirectory = TemporaryDirectory.of("sizes-redis");
        TemporaryDirectory directory = TemporaryDirectory.of("sizes");
        PeerServer redis = PeerServer.redis(redisDirectory.path(), Ports.free())) {
      RedisCli cli = new RedisCli(redis.url());
      Map<String, String> settings =
          Map.of(
              "redis.url",
              redis.url().toString(),
              "engine.close-delay",
              "100ms",
              "engine.default-archive-policy",
              policy);
      LoadRun.Result result;
      try (GatewayServer gateway = gatewayOptions.gateway(directory.path(), settings)) {
        gateway.start();
        Map<String, ProcessHandle> processes = new LinkedHashMap<>();
        processes.put("orzo gateway", gateway.process().handle());
        processes.put("redis", redis.process().handle());
        CpuMeter meter = new CpuMeter(processes);
        URI writeUrl = LoadTool.writeUrl(gateway.url());
        result = run.run("orzo, closing included", writeUrl, gateway.url(), "", meter, false);
        awaitClosed(cli);
        gateway.terminate(Duration.ofSeconds(10));
      }
      report(workload, cli);
      return result.problems().isEmpty() ? 0 : 1;
    }
  }

  private Instant lastMinute() {
    long over = Math.floorDiv(clock.millis(), SPAN.toMillis()) * SPAN.toMillis();
    return Instant.ofEpochMilli(over).minus(Duration.ofMinutes(1));
  }

  private static void awaitClosed(RedisCli cli) {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (cli.count("*}:open") > 0 || cli.backlog() > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("splits still open after " + SETTLING);
      }
      pause(Duration.ofMillis(500));
    }
  }

  private void report(Workload workload, RedisCli cli) {
    long samples = workload.samplesWithWarmUp();
    long windows = 0;
    long seconds = samples / workload.series() * workload.interval().toSeconds();
    for (int granularity : granularities) {
      windows += workload.series() * Math.ceilDiv(seconds, granularity);
    }
    out.printf(
        Locale.ROOT,
        "Redis holds after everything is closed: %,d bytes, %,d keys%n",
        cli.usedMemory(),
        cli.number("DBSIZE"));
    report(cli, "raw splits", "*}r*", samples, "sample");
    if (windows > 0) {
      report(cli, "aggregate splits", "*}a*", windows, "window");
    }
    report(cli, "catalog", "*}:ids", "*}:series", workload.series(), "series");
  }

  private void report(RedisCli cli, String what, String pattern, long number, String unit) {
    report(cli, what, pattern, "", number, unit);
  }

  private void report(
      RedisCli cli, String what, String pattern, String other, long number, String unit) {
    long before = cli.usedMemory();
    long keys = cli.delete(pattern) + (other.isEmpty() ? 0 : cli.delete(other));
    pause(SHRINKING); // Redis makes its tables smaller in the background
    long bytes = before - cli.usedMemory();
    out.printf(
        Locale.ROOT,
        "  %-17s %,14d bytes in %,8d keys = %.3f bytes per %s (%,d)%n",
        what,
        bytes,
        keys,
        (double) bytes / number,
        unit,
        number);
  }

  private static void pause(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }

  /** Asks Redis by the client that comes with it. */
  private record RedisCli(URI redis) {
    private static final String FOR_EACH =
        "local n, c = 0, '0' repeat local r = redis.call('SCAN', c, 'MATCH', ARGV[1], 'COUNT', 1000)"
            + " c = r[1] for _, k in ipairs(r[2]) do n = n + 1 %s end until c == '0' return n";

    long count(String pattern) {
      return number("EVAL", FOR_EACH.formatted(""), "0", pattern);
    }

    long delete(String pattern) {
      return number("EVAL", FOR_EACH.formatted("redis.call('DEL', k)"), "0", pattern);
    }

    long backlog() {
      return number(
          "EVAL", FOR_EACH.formatted("n = n - 1 + redis.call('XLEN', k)"), "0", "*}:backlog");
    }

    long usedMemory() {
      Matcher used = USED.matcher(ask("INFO", "memory"));
      if (!used.find()) {
        throw new IllegalStateException("INFO memory does not tell used_memory");
      }
      return Long.parseLong(used.group(1));
    }

    long number(String... command) {
      return Long.parseLong(ask(command).strip());
    }

    private String ask(String... command) {
      List<String> line = new java.util.ArrayList<>();
      line.add(ServerProcess.program("redis-cli", "redis-tools").toString());
      line.addAll(List.of("-h", redis.getHost(), "-p", Integer.toString(redis.getPort())));
      line.addAll(List.of(command));
      try {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("redis-cli", e);
      }
    }
  }
}
