package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts servers one after the other, sends each the same bodies and reports side by side: the
 * program behind {@code conformance-tests/load-compare}.
 */
@Command(
    name = "load-compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway (with its embedded Redis) and, if asked, other servers on empty"
            + " directories, sends each the same warm-up and the same measured requests, checks"
            + " that every sample can be queried, and reports CPU time per million samples."
            + " Ends with status 1 if a sample was rejected or is missing.")
public final class LoadCompare implements Callable<Integer> {
  /** What can be started. */
  enum Target {
    ORZO,
    VICTORIA_METRICS,
    PROMETHEUS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Mixin private final WorkloadOptions options = new WorkloadOptions();

  @Option(
      names = "--with",
      split = ",",
      defaultValue = "orzo",
      description =
          "Servers in the order they are run, of ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}); those other than orzo must be on the PATH.")
  private List<Target> targets = List.of();

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  @Option(
      names = "--write-listener",
      description = "Send to the gateway's listener for remote write only.")
  private boolean writeListener;

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the default of {@code --start}
   * @param out where the report goes
   */
  public LoadCompare(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new LoadCompare(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    Workload workload = options.workload(clock);
    new LoadRun(workload, options.samplesPerSecond(), out).describe();
    Map<Target, LoadRun.Result> results = new LinkedHashMap<>();
    for (Target target : targets) {
      try (TemporaryDirectory directory = TemporaryDirectory.of("load")) {
        LoadRun run = new LoadRun(workload, options.samplesPerSecond(), out);
        results.put(target, measure(target, run, directory.path()));
      }
    }
    if (results.size() > 1) {
      summarize(results);
    }
    return results.values().stream().allMatch(result -> result.problems().isEmpty()) ? 0 : 1;
  }

  private LoadRun.Result measure(Target target, LoadRun run, Path directory) throws IOException {
    return switch (target) {
      case ORZO -> measureGateway(run, directory);
      case VICTORIA_METRICS ->
          measurePeer("victoria-metrics", run, PeerServer.victoriaMetrics(directory), directory);
      case PROMETHEUS -> {
        String nothing = "global: {scrape_interval: 1h}\n";
        yield measurePeer(
            "prometheus", run, PeerServer.prometheus(directory, Ports.free(), nothing), directory);
      }
    };
  }

  private LoadRun.Result measureGateway(LoadRun run, Path directory) throws IOException {
    try (GatewayServer gateway = gatewayOptions.gateway(directory, Map.of())) {
      gateway.start();
      Map<String, ProcessHandle> processes = new LinkedHashMap<>();
      processes.put("orzo gateway", gateway.process().handle());
      gateway.redisProcesses().forEach(redis -> processes.put("orzo redis", redis));
      LoadRun.Result result =
          run.run(
              "orzo",
              LoadTool.writeUrl(writeListener ? gateway.writeUrl() : gateway.url()),
              gateway.url(),
              "",
              new CpuMeter(processes),
              true);
      printDisk(directory);
      return result;
    }
  }

  private LoadRun.Result measurePeer(String name, LoadRun run, PeerServer server, Path directory)
      throws IOException {
    try (server) {
      CpuMeter meter = new CpuMeter(Map.of(name, server.process().handle()));
      LoadRun.Result result =
          run.run(name, LoadTool.writeUrl(server.url()), server.url(), "", meter, true);
      printDisk(directory);
      return result;
    }
  }

  private void printDisk(Path directory) throws IOException {
    long[] bytes = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // it was merged away meanwhile
          }
        });
    out.printf(Locale.ROOT, "  files: %,d bytes on disk while it runs%n", bytes[0]);
  }

  private void summarize(Map<Target, LoadRun.Result> results) {
    out.println("side by side:         samples/s    CPU s per million samples");
    results.forEach((target, result) ->
        out.printf(
            Locale.ROOT,
            "  %-18s %,10.0f    %.3f%n",
            target,
            result.sent().samplesPerSecond(),
            result.microsPerSample(result.totalCpu())));
  }
}
