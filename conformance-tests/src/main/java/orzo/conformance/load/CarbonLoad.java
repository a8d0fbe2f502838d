package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts the gateway, sends it Graphite lines over TCP as fast as it reads them and reports: the
 * program behind {@code conformance-tests/carbon-load}.
 */
@Command(
    name = "carbon-load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway (with its embedded Redis) on an empty directory, sends it Graphite"
            + " lines over TCP, one line for each path in turn, and reports lines per second"
            + " and CPU time per line. Lines count once storage has acknowledged them. Ends with"
            + " status 1 if one was rejected or is missing.")
public final class CarbonLoad implements Callable<Integer> {
  /** Series keep their paths, so that they can be asked for by these. */
  private static final Map<String, String> SETTINGS = Map.of("mapping.collectd", "false");

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** How many paths are asked for all of their samples afterwards. */
  private static final int ASKED = 50;

  @Option(names = "--connections", defaultValue = "2", description = "(default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(
      names = "--paths",
      defaultValue = "10000",
      description = "Different paths, shared out to the connections (default: ${DEFAULT-VALUE}).")
  private int paths;

  @Option(
      names = "--warm-up",
      defaultValue = "500",
      description = "Lines of each path before measuring (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      defaultValue = "2000",
      description = "Lines of each path that are measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--seed", defaultValue = "1", description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock tells when the last lines are, about
   * @param out where the report goes
   */
  public CarbonLoad(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new CarbonLoad(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    try (TemporaryDirectory directory = TemporaryDirectory.of("carbon-load");
        GatewayServer gateway = gatewayOptions.gateway(directory.path(), SETTINGS)) {
      gateway.start();
      Map<String, ProcessHandle> processes = new LinkedHashMap<>();
      processes.put("orzo gateway", gateway.process().handle());
      gateway.redisProcesses().forEach(redis -> processes.put("orzo redis", redis));
      processes.put("sender", ProcessHandle.current());
      return measure(gateway, new CpuMeter(processes)) ? 0 : 1;
    }
  }

  private boolean measure(GatewayServer gateway, CpuMeter meter) throws IOException {
    long start = clock.millis() / 1000 - warmUp - rounds;
    List<LineBlocks> blocks = new ArrayList<>();
    List<SocketChannel> channels = new ArrayList<>();
    try (PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
      for (int i = 0; i < connections; i++) {
        int from = (int) ((long) paths * i / connections);
        int to = (int) ((long) paths * (i + 1) / connections);
        blocks.add(new LineBlocks(from, to, seed));
        channels.add(
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.carbonPort())));
      }
      send(blocks, channels, 0, warmUp, start);
      awaitAccepted(client, (long) paths * warmUp);
      meter.awaitQuiet();
      Map<String, Duration> before = meter.read();
      long began = System.nanoTime();
      send(blocks, channels, warmUp, warmUp + rounds, start);
      awaitAccepted(client, (long) paths * (warmUp + rounds));
      double seconds = (System.nanoTime() - began) / 1e9;
      Map<String, Duration> busy = CpuMeter.between(before, meter.read());
      meter.awaitQuiet();
      report(seconds, busy, CpuMeter.between(before, meter.read()), meter.residentMebibytes());
      return verify(client, start);
    } finally {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
  }

  private static void send(
      List<LineBlocks> blocks, List<SocketChannel> channels, int from, int to, long start) {
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      LineBlocks own = blocks.get(i);
      SocketChannel channel = channels.get(i);
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int round = from; round < to; round++) {
                    ByteBuffer block = own.block(round, start + round);
                    while (block.hasRemaining()) {
                      channel.write(block);
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofPlatform().daemon().start(task)));
    }
    try {
      senders.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new IllegalStateException("the gateway closed a connection", e);
    }
  }

  private static void awaitAccepted(PrometheusClient client, long lines) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (counted(client, "orzo_samples_accepted_total") < lines) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            counted(client, "orzo_samples_accepted_total")
                + " lines accepted after "
                + PATIENCE
                + " (expected: "
                + lines
                + ")");
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static long counted(PrometheusClient client, String metric) {
    return (long)
        client
            .get("/metrics")
            .text()
            .lines()
            .filter(line -> line.startsWith(metric + "{protocol=\"carbon_line\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
  }

  private void report(
      double seconds,
      Map<String, Duration> busy,
      Map<String, Duration> all,
      Map<String, Long> resident) {
    long lines = (long) paths * rounds;
    out.printf(
        Locale.ROOT,
        "%,d lines of %,d paths on %d connections, after a warm-up of %,d: %.2f s, %,.0f lines/s%n",
        lines,
        paths,
        connections,
        (long) paths * warmUp,
        seconds,
        lines / seconds);
    out.printf("CPU microseconds per line, until acknowledged, and until all is worked off:%n");
    double total = 0;
    for (Map.Entry<String, Duration> process : all.entrySet()) {
      String name = process.getKey();
      double perLine = process.getValue().toNanos() / 1e3 / lines;
      total += name.equals("sender") ? 0 : perLine;
      out.printf(
          Locale.ROOT,
          "  %-14s %.3f  %.3f, %,d MiB resident%n",
          name,
          busy.getOrDefault(name, Duration.ZERO).toNanos() / 1e3 / lines,
          perLine,
          resident.getOrDefault(name, 0L));
    }
    out.printf(Locale.ROOT, "  gateway and Redis together: %.3f%n", total);
  }

  private boolean verify(PrometheusClient client, long start) {
    boolean right = true;
    long rejected = counted(client, "orzo_samples_rejected_total");
    if (rejected > 0) {
      out.printf(Locale.ROOT, "WRONG: %,d lines rejected (expected: 0)%n", rejected);
      right = false;
    }
    int lines = warmUp + rounds;
    for (int i = 0; i < ASKED; i++) {
      String path = LineBlocks.path((int) ((long) paths * i / ASKED));
      String query = "count_over_time({__name__=\"" + path + "\"}[" + lines + "s])";
      QueryAnswer answer = client.query(query, (start + lines - 1) * 1000);
      double counted = answer.series().isEmpty() ? 0 : answer.series().getFirst().value();
      if (counted != lines) {
        out.printf(Locale.ROOT, "WRONG: %s has %.0f samples of %d%n", path, counted, lines);
        right = false;
      }
    }
    if (right) {
      out.printf("verified: no line rejected, %d paths have all of their samples%n", ASKED);
    }
    return right;
  }
}
