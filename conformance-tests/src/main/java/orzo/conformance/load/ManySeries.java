package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Registers very many series in one gateway, and starts it again with them: the program behind
 * {@code conformance-tests/many-series}.
 */
@Command(
    name = "many-series",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway with its embedded Redis on an empty directory and a bounded heap,"
            + " writes one sample of each of very many new series, and reports memory and CPU time."
            + " Then it stops and starts the gateway, reports how long it takes until it is ready,"
            + " and counts all samples again. Ends with status 1 if one was rejected or is missing,"
            + " or if a start took too long.")
public final class ManySeries implements Callable<Integer> {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  @Option(
      names = "--series",
      defaultValue = "1000000",
      description = "How many series (default: ${DEFAULT-VALUE}).")
  private int series;

  @Option(
      names = "--heap",
      defaultValue = "1g",
      description = "The gateway's heap, as Java's option -Xmx has it (default: ${DEFAULT-VALUE}).")
  private String heap = "";

  @Option(
      names = "--restarts",
      defaultValue = "3",
      description = "How often it is stopped and started again (default: ${DEFAULT-VALUE}).")
  private int restarts;

  @Option(
      names = "--ready-within",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How long a start may take (default: ${DEFAULT-VALUE}).")
  private int readyWithinSeconds;

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the time of the samples
   * @param out where the report goes
   */
  public ManySeries(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new ManySeries(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    Workload workload =
        new Workload(
            series,
            0,
            1,
            Duration.ofSeconds(15),
            start,
            Workload.Timing.SCRAPED,
            2_000,
            Math.min(5, series),
            1);
    LoadRun run = new LoadRun(workload, Double.POSITIVE_INFINITY, out);
    run.describe();
    try (TemporaryDirectory directory = TemporaryDirectory.of("many-series");
        GatewayServer gateway = gateway(directory.path())) {
      gateway.start();
      LoadRun.Result result =
          run.run(
              "orzo, heap " + heap,
              LoadTool.writeUrl(gateway.url()),
              gateway.url(),
              "",
              meter(gateway),
              true);
      boolean good = result.problems().isEmpty();
      for (int i = 0; i < restarts; i++) {
        good &= restart(gateway, workload);
      }
      return good ? 0 : 1;
    }
  }

  private GatewayServer gateway(Path directory) {
    return gatewayOptions.gateway(directory, Map.of(), Map.of("ORZO_JAVA_OPTS", "-Xmx" + heap));
  }

  private static CpuMeter meter(GatewayServer gateway) {
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    processes.put("orzo gateway", gateway.process().handle());
    gateway.redisProcesses().forEach(redis -> processes.put("orzo redis", redis));
    return new CpuMeter(processes);
  }

  private boolean restart(GatewayServer gateway, Workload workload) {
    gateway.terminate(STOP_TIMEOUT);
    Duration took = gateway.start();
    CpuMeter meter = meter(gateway);
    Map<String, Duration> cpu = meter.read();
    Map<String, Long> resident = meter.residentMebibytes();
    out.printf(Locale.ROOT, "stopped and started: ready after %.2f s%n", took.toNanos() / 1e9);
    cpu.forEach((process, time) ->
        out.printf(
            Locale.ROOT,
            "  CPU of %-17s %7.2f s, %,d MiB resident%n",
            process,
            time.toNanos() / 1e9,
            resident.get(process)));
    SeriesPopulation population = new SeriesPopulation(workload.series());
    List<String> problems;
    try (Verification verification = new Verification(workload, population, gateway.url(), "")) {
      problems = verification.check().problems();
    }
    problems.forEach(problem -> out.printf(Locale.ROOT, "  WRONG: %s%n", problem));
    return problems.isEmpty() && took.toSeconds() < readyWithinSeconds;
  }
}
