package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.Distribution;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.Ports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends a gateway StatsD datagrams: the program behind {@code conformance-tests/statsd-load}. */
@Command(
    name = "statsd-load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts a gateway and sends it datagrams of one counter each over loopback; reports how many"
            + " came, what they cost, and whether the stored counters add up to what was sent. Ends"
            + " with status 1 if a datagram was lost.")
public final class StatsdLoad implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Option(
      names = "--rate",
      defaultValue = "500000",
      description = "Datagrams per second; 0 for as many as go (default: ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long to send (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "How long to send before, uncounted (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds;

  @Option(
      names = "--counters",
      defaultValue = "1024",
      description =
          "Different counters, a multiple of 64, at most 999,936 (default: ${DEFAULT-VALUE}).")
  private int counters;

  @Option(
      names = "--receive-buffer",
      defaultValue = "32MiB",
      description = "The gateway's statsd.receive-buffer-size (default: ${DEFAULT-VALUE}).")
  private String receiveBuffer = "";

  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param out where the report goes
   */
  public StatsdLoad(PrintStream out) {
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new StatsdLoad(System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    int port = Ports.free();
    Path directory = Files.createTempDirectory("orzo-statsd-load-");
    Map<String, String> settings =
        Map.of(
            "statsd.port",
            Integer.toString(port),
            "statsd.management-port",
            "0",
            "statsd.receive-buffer-size",
            receiveBuffer,
            "statsd.flush-interval",
            "5s");
    try (GatewayServer gateway =
            new GatewayServer(Distribution.fromProperty(), directory, settings);
        DatagramSender sender = new DatagramSender(port, payloads())) {
      gateway.start();
      try (PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
        return run(gateway, client, sender) ? 0 : 1;
      }
    } finally {
      out.println("logs and data: " + directory);
    }
  }

  private List<byte[]> payloads() {
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < counters; i++) {
      payloads.add("load.requests.c%06d:1|c".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    return payloads;
  }

  private boolean run(GatewayServer gateway, PrometheusClient client, DatagramSender sender) {
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    processes.put("gateway", gateway.process().handle());
    CpuMeter cpu = new CpuMeter(processes);
    long warmUp = send(sender, warmUpSeconds);
    cpu.awaitQuiet();
    double before = received(client);
    double lostBefore = lost(client);
    Map<String, Duration> cpuBefore = cpu.read();
    long start = System.nanoTime();
    long sent = send(sender, seconds);
    double took = (System.nanoTime() - start) / 1e9;
    await(() -> received(client) - before + lost(client) - lostBefore >= sent);
    Duration spent = CpuMeter.sum(CpuMeter.between(cpuBefore, cpu.read()));
    double received = received(client) - before;
    double lost = lost(client) - lostBefore;
    out.printf(
        Locale.ROOT,
        "sent       %,d datagrams of one counter each in %.1f s: %,.0f a second (asked for: %,d)%n",
        sent,
        took,
        sent / took,
        rate);
    out.printf(
        Locale.ROOT,
        "received   %,.0f; dropped by the kernel %,.0f; unaccounted %,.0f%n",
        received,
        lost,
        sent - received - lost);
    out.printf(
        Locale.ROOT,
        "CPU        %.2f s of the gateway: %.2f us a datagram, the kernel's part included%n",
        spent.toNanos() / 1e9,
        spent.toNanos() / 1e3 / received);
    double expected = warmUp + sent - lost(client);
    await(() -> stored(client) >= expected);
    double stored = stored(client);
    out.printf(Locale.ROOT, "stored     %,.0f of %,.0f counts%n", stored, expected);
    return received == sent && stored == expected;
  }

  /** Sends for some time, evenly at the rate; returns how many datagrams the kernel took. */
  private long send(DatagramSender sender, int forSeconds) {
    long start = System.nanoTime();
    long end = start + Duration.ofSeconds(forSeconds).toNanos();
    long sent = 0;
    while (true) {
      long now = System.nanoTime();
      if (now >= end) {
        return sent;
      }
      long due = rate == 0 ? Long.MAX_VALUE : (long) ((now - start) / 1e9 * rate);
      if (sent < due) {
        sent += sender.send();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static double received(PrometheusClient client) {
    return own(client, "orzo_statsd_packets_total");
  }

  private static double lost(PrometheusClient client) {
    return own(client, "orzo_statsd_datagrams_dropped_total");
  }

  private static double own(PrometheusClient client, String metric) {
    return client
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static double stored(PrometheusClient client) {
    QueryAnswer answer =
        client.query(
            "sum({__name__=~\"load_requests_c.*_total\"})", InstantSource.system().millis());
    return answer.series().isEmpty() ? 0 : answer.series().getFirst().value();
  }

  private static void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }
}
