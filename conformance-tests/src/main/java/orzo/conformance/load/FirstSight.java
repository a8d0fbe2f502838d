package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares the first sight of series that each bring a resource with that of series that bring
 * none: the program behind {@code conformance-tests/first-sight}.
 */
@Command(
    name = "first-sight",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway with its embedded Redis on an empty directory, and writes one sample of"
            + " each of many new series, in turns: series whose labels make a resource of each, and"
            + " series that are the same but for the names of these labels, which make none. Reports"
            + " the CPU time of gateway and Redis for both, and the ratio. Ends with status 1 if the"
            + " number of resources is not that of the series, or if resources cost more than"
            + " registering their series does.")
public final class FirstSight implements Callable<Integer> {
  private static final int SERIES_A_REQUEST = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Option(
      names = "--series",
      defaultValue = "100000",
      description = "New series in each turn (default: ${DEFAULT-VALUE}).")
  private int series;

  @Option(
      names = "--turns",
      defaultValue = "5",
      description = "How often both are measured (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "Turns before, unmeasured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /** Which labels the series of a turn have. */
  private enum Kind {
    /** Those that make a resource: each series is the only one of its own. */
    RESOURCES("job", "instance"),
    /** Others, as long. */
    NONE("jab", "instence");

    private final String job;
    private final String instance;

    Kind(String job, String instance) {
      this.job = job;
      this.instance = instance;
    }
  }

  /**
   * Creates the tool.
   *
   * @param clock gives the time of the samples
   * @param out where the report goes
   */
  public FirstSight(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new FirstSight(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    try (TemporaryDirectory directory = TemporaryDirectory.of("first-sight");
        GatewayServer gateway = gatewayOptions.gateway(directory.path(), Map.of())) {
      gateway.start();
      Map<String, ProcessHandle> processes = new LinkedHashMap<>();
      processes.put("gateway", gateway.process().handle());
      gateway.redisProcesses().forEach(redis -> processes.put("redis", redis));
      try (RemoteWriteClient writer =
              new RemoteWriteClient(gateway.url().resolve("/api/v1/write"), "");
          PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
        return measure(writer, client, new CpuMeter(processes)) ? 0 : 1;
      }
    }
  }

  private boolean measure(RemoteWriteClient writer, PrometheusClient client, CpuMeter meter)
      throws IOException {
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    for (int turn = 0; turn < warmUp + turns; turn++) {
      // The one that comes first meets the smaller catalog: each is it in every other turn.
      Kind first = turn % 2 == 0 ? Kind.RESOURCES : Kind.NONE;
      for (Kind kind : List.of(first, first == Kind.NONE ? Kind.RESOURCES : Kind.NONE)) {
        double seconds = write(writer, meter, kind, turn);
        if (turn >= warmUp) {
          (kind == Kind.RESOURCES ? with : without).add(seconds);
          out.printf(
              Locale.ROOT,
              "turn %d: %,d new series, %s: %.2f CPU s%n",
              turn - warmUp + 1,
              series,
              kind == Kind.RESOURCES ? "each with a resource" : "without resources   ",
              seconds);
        }
      }
    }
    double ratio = median(with) / median(without);
    out.printf(
        Locale.ROOT,
        "medians: %.2f and %.2f CPU s of gateway and Redis, ratio %.2f%n",
        median(with),
        median(without),
        ratio);
    long expected = (long) series * (warmUp + turns);
    long counted = resources(client, expected);
    out.printf(Locale.ROOT, "resources: %,d (expected: %,d)%n", counted, expected);
    return counted == expected && ratio <= 2;
  }

  private double write(RemoteWriteClient writer, CpuMeter meter, Kind kind, int turn)
      throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    WriteRequestBody body = new WriteRequestBody();
    long now = clock.millis();
    for (int i = 0; i < series; i++) {
      byte[] labels =
          WriteRequestBody.encodeLabels(
              "__name__",
              "up",
              kind.job,
              "node" + turn,
              kind.instance,
              "host%07d.example.org:9100".formatted(i));
      body.add(labels, now, 1);
      if ((i + 1) % SERIES_A_REQUEST == 0 || i == series - 1) {
        bodies.add(body.compressed());
        body = new WriteRequestBody();
      }
    }
    meter.awaitQuiet();
    Duration before = CpuMeter.sum(meter.read());
    for (byte[] one : bodies) {
      RemoteWriteClient.Reply reply = writer.send(one);
      if (!reply.isSuccess()) {
        throw new IllegalStateException("HTTP " + reply.status() + ": " + reply.text());
      }
    }
    meter.awaitQuiet();
    return CpuMeter.sum(meter.read()).minus(before).toNanos() / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static long resources(PrometheusClient client, long expected) {
    return OwnMetric.await(client, "orzo_resources{", count -> count >= expected, PATIENCE);
  }
}
