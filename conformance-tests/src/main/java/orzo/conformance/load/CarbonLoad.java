package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
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
 * Starts the gateway, sends it Graphite lines or pickles and reports: the program behind {@code
 * conformance-tests/carbon-load}.
 */
@Command(
    name = "carbon-load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway (with its embedded Redis) on an empty directory, sends it Graphite"
            + " lines, one line for each path in turn, by TCP as fast as it reads them, or pickles,"
            + " or lines by UDP; and reports lines per second and CPU time per line. Lines count"
            + " once storage has acknowledged them. Ends with status 1 if one was rejected or is"
            + " missing.")
public final class CarbonLoad implements Callable<Integer> {
  /** Series keep their paths, so that they can be asked for by these. */
  private static final Map<String, String> SETTINGS = Map.of("mapping.collectd", "false");

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** After how long without a line there are no more of them. */
  private static final Duration UDP_PATIENCE = Duration.ofSeconds(2);

  /** How many paths are asked for all of their samples afterwards. */
  private static final int ASKED = 50;

  /** How lines are sent. */
  enum Transport {
    /** Lines over TCP. */
    TCP("carbon_line"),
    /** Lines over UDP, as many as fit in a datagram of an Ethernet. */
    UDP("carbon_udp"),
    /** Pickles over TCP. */
    PICKLE("carbon_pickle");

    private final String protocol;

    Transport(String protocol) {
      this.protocol = protocol;
    }
  }

  /** How long a datagram may be that a usual network carries in one piece. */
  private static final int DATAGRAM_BYTES = 1_400;

  @Option(
      names = "--transport",
      defaultValue = "TCP",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Transport transport = Transport.TCP;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "Lines per second, of all connections together; 0 for as many as go (default:"
              + " ${DEFAULT-VALUE}, with UDP 1000000).")
  private long rate;

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
    List<Blocks> blocks = new ArrayList<>();
    List<ByteChannel> channels = new ArrayList<>();
    try (PrometheusClient client = new PrometheusClient(gateway.url(), "")) {
      for (int i = 0; i < connections; i++) {
        int from = (int) ((long) paths * i / connections);
        int to = (int) ((long) paths * (i + 1) / connections);
        blocks.add(
            transport == Transport.PICKLE
                ? new PickleBlocks(from, to, seed)
                : new LineBlocks(from, to, seed));
        channels.add(open(gateway));
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
      for (ByteChannel channel : channels) {
        channel.close();
      }
    }
  }

  private ByteChannel open(GatewayServer gateway) throws IOException {
    int port = transport == Transport.PICKLE ? gateway.picklePort() : gateway.carbonPort();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return transport == Transport.UDP
        ? DatagramChannel.open().connect(address)
        : SocketChannel.open(address);
  }

  private void send(List<Blocks> blocks, List<ByteChannel> channels, int from, int to, long start) {
    long roundNanos = roundNanos();
    long began = System.nanoTime();
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      Blocks own = blocks.get(i);
      ByteChannel channel = channels.get(i);
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int round = from; round < to; round++) {
                    ByteBuffer block = own.block(round, start + round);
                    send(block, channel, began + (round - from) * roundNanos, roundNanos);
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

  /** How long all connections may take for a line of each path; 0 for as long as they need. */
  private long roundNanos() {
    long wanted = rate == 0 && transport == Transport.UDP ? 1_000_000 : rate;
    return wanted == 0 ? 0 : paths * 1_000_000_000L / wanted;
  }

  /** Sends a block, spread over the time of its round if there is one. */
  private void send(ByteBuffer block, ByteChannel channel, long roundBegins, long roundNanos)
      throws IOException {
    int size = block.limit();
    while (block.hasRemaining()) {
      long due = roundBegins + roundNanos * block.position() / size;
      for (long now = System.nanoTime(); roundNanos > 0 && now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      if (transport == Transport.UDP || roundNanos > 0) {
        block.limit(endOfPiece(block, size));
      }
      channel.write(block);
      block.limit(size);
    }
  }

  /** Where a piece ends that is as long as a datagram may be, and of whole lines if it is lines. */
  private int endOfPiece(ByteBuffer block, int size) {
    int end = Math.min(size, block.position() + DATAGRAM_BYTES);
    while (transport == Transport.UDP && block.get(end - 1) != '\n') {
      end--;
    }
    return end;
  }

  /** Waits until storage has all lines, or they are known to be lost. */
  private void awaitAccepted(PrometheusClient client, long lines) {
    if (transport == Transport.UDP) {
      awaitAll(client, lines);
      return;
    }
    long accepted = OwnMetric.await(client, accepted(), count -> count >= lines, PATIENCE);
    if (accepted < lines) {
      throw new IllegalStateException(
          accepted + " lines accepted after " + PATIENCE + " (expected: " + lines + ")");
    }
  }

  /** Waits until as many are accepted as were sent, or nothing more comes. */
  private void awaitAll(PrometheusClient client, long lines) {
    long before = -1;
    long accepted = OwnMetric.read(client, accepted());
    while (accepted < lines && accepted != before) {
      before = accepted;
      accepted = OwnMetric.await(client, accepted(), count -> count >= lines, UDP_PATIENCE);
    }
  }

  private String accepted() {
    return "orzo_samples_accepted_total" + ofProtocol();
  }

  private String ofProtocol() {
    return "{protocol=\"" + transport.protocol + '"';
  }

  private void report(
      double seconds,
      Map<String, Duration> busy,
      Map<String, Duration> all,
      Map<String, Long> resident) {
    long lines = (long) paths * rounds;
    out.printf(
        Locale.ROOT,
        "%,d lines of %,d paths by %s on %d connections, after a warm-up of %,d: %.2f s, %,.0f"
            + " lines/s%n",
        lines,
        paths,
        transport,
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
    long sent = (long) paths * (warmUp + rounds);
    long accepted = OwnMetric.read(client, accepted());
    if (accepted != sent) {
      out.printf(
          Locale.ROOT,
          "WRONG: %,d lines stored of %,d; the kernel dropped %,d datagrams%n",
          accepted,
          sent,
          OwnMetric.read(client, "orzo_carbon_datagrams_dropped_total"));
      return false;
    }
    long rejected = OwnMetric.read(client, "orzo_samples_rejected_total" + ofProtocol());
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
