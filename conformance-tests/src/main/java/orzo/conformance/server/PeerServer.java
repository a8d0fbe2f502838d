package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A server of another project, which answers on a port of its own.
 *
 * @param process the running program
 * @param url where it answers
 */
public record PeerServer(ServerProcess process, URI url) implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Starts Prometheus.
   *
   * @param port where to listen
   * @param configuration text of its configuration file
   * @param options of the command line, besides those that all need
   */
  public static PeerServer prometheus(
      Path directory, int port, String configuration, String... options) {
    Path program = ServerProcess.program("prometheus", "prometheus");
    Path file = directory.resolve("prometheus.yml");
    write(file, configuration);
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-remote-write-receiver",
                "--storage.tsdb.retention.time=100y",
                "--log.level=warn"));
    command.addAll(List.of(options));
    return http("prometheus", command, directory, port, "/-/ready");
  }

  /** Starts VictoriaMetrics, without its delay before new samples are answered. */
  public static PeerServer victoriaMetrics(Path directory) {
    Path program = ServerProcess.program("victoria-metrics", "victoria-metrics");
    int port = Ports.free();
    List<String> command =
        List.of(
            program.toString(),
            "-httpListenAddr=127.0.0.1:" + port,
            "-storageDataPath=" + directory.resolve("data"),
            "-retentionPeriod=100y",
            "-search.latencyOffset=0s",
            "-loggerLevel=WARN");
    return http("victoria-metrics", command, directory, port, "/health");
  }

  /** Starts Prometheus's node exporter. */
  public static PeerServer nodeExporter(Path directory) {
    Path program = ServerProcess.program("prometheus-node-exporter", "prometheus-node-exporter");
    int port = Ports.free();
    List<String> command =
        List.of(program.toString(), "--web.listen-address=127.0.0.1:" + port, "--log.level=warn");
    return http("node-exporter", command, directory, port, "/");
  }

  /**
   * Starts a Redis server with an append-only file that is synced with every write.
   *
   * @param port where to listen; give the same one again to restart
   */
  public static PeerServer redis(Path directory, int port) {
    return redis(directory, port, List.of("--appendonly", "yes", "--appendfsync", "always"));
  }

  /** Starts a Redis server that writes nothing to disk. */
  public static PeerServer redisInMemory(Path directory) {
    return redis(directory, Ports.free(), List.of("--appendonly", "no"));
  }

  private static PeerServer redis(Path directory, int port, List<String> options) {
    Path program = ServerProcess.program("redis-server", "redis-server");
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(options);
    ServerProcess process = ServerProcess.start("redis", command, Map.of(), directory);
    PeerServer server = new PeerServer(process, URI.create("redis://127.0.0.1:" + port));
    server.await(() -> server.pongs(port));
    return server;
  }

  private static PeerServer http(
      String name, List<String> command, Path directory, int port, String readyPath) {
    ServerProcess process = ServerProcess.start(name, command, Map.of(), directory);
    PeerServer server = new PeerServer(process, URI.create("http://127.0.0.1:" + port));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(server.url.resolve(readyPath)).build();
      server.await(() -> {
        try {
          return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
          return false;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      });
    }
    return server;
  }

  private boolean pongs(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      // While it loads its file it answers "-LOADING ...".
      return socket.getInputStream().read() == '+';
    } catch (IOException _) {
      return false;
    }
  }

  private void await(BooleanSupplier ready) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        String printed = process.printed();
        process.close();
        throw new IllegalStateException("no answer on " + url + printed);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server. */
  @Override
  public void close() {
    process.close();
  }
}
