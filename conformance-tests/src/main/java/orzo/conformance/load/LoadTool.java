package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends a workload to a running server: the program behind {@code conformance-tests/load}. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends Prometheus remote-write requests as a fleet of node exporters would make them, and"
            + " reports throughput, latency and the CPU time of the servers' processes. Ends with"
            + " status 1 if a sample was rejected or is missing afterwards.")
public final class LoadTool implements Callable<Integer> {
  @Mixin private final WorkloadOptions options = new WorkloadOptions();

  @Option(
      names = "--url",
      required = true,
      description =
          "Server to send to; without a path, /api/v1/write is added. Example:"
              + " http://127.0.0.1:8041")
  private URI url = URI.create("");

  @Option(
      names = "--query-url",
      description = "Server to ask afterwards, without path (default: host and port of --url).")
  private URI queryUrl = URI.create("");

  @Option(
      names = "--tenant",
      defaultValue = "",
      description = "Value of the header X-Scope-OrgID (default: no such header).")
  private String tenant = "";

  @Option(
      names = "--pid",
      paramLabel = "NAME=PID",
      description = "Process whose CPU time is reported; repeatable.")
  private Map<String, Long> pids = new LinkedHashMap<>();

  @Option(
      names = "--no-verify",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Do not ask for the samples afterwards.")
  private boolean verify;

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the default of {@code --start}
   * @param out where the report goes
   */
  public LoadTool(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(run(new LoadTool(InstantSource.system(), System.out), arguments));
  }

  /** Runs a command; its failure is one line on standard error and status 1. */
  public static int run(Object command, String... arguments) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, line, _) -> {
          line.getErr().println(line.getCommandName() + ": " + e.getMessage());
          return 1;
        })
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException {
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    pids.forEach((name, pid) -> processes.put(name, process(name, pid)));
    LoadRun run = new LoadRun(options.workload(clock), options.samplesPerSecond(), out);
    run.describe();
    URI asked = queryUrl.toString().isEmpty() ? url.resolve("/") : queryUrl;
    LoadRun.Result result =
        run.run(url.toString(), writeUrl(url), asked, tenant, new CpuMeter(processes), verify);
    return result.problems().isEmpty() ? 0 : 1;
  }

  private static ProcessHandle process(String name, long pid) {
    return ProcessHandle.of(pid)
        .orElseThrow(
            () -> new IllegalArgumentException("--pid " + name + "=" + pid + ": no such process"));
  }

  /** Adds the path that all known servers take remote write at, if there is none. */
  public static URI writeUrl(URI url) {
    boolean hasPath = url.getPath() != null && url.getPath().length() > 1;
    return hasPath ? url : url.resolve("/api/v1/write");
  }
}
