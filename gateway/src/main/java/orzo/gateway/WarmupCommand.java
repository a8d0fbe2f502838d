package orzo.gateway;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orzo.gateway.configuration.ConfigurationException;
import orzo.gateway.configuration.ConfigurationLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * Starts a gateway on an embedded Redis and a directory of its own, on the loopback interface, asks
 * it what clients ask, and stops it. The launcher runs this once with a Java that writes down what
 * was loaded, so that later starts take half the time.
 */
@Command(
    name = "warmup",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Prepare faster starts; needs to be done once where Orzo is installed.")
final class WarmupCommand implements Callable<Integer> {
  private static final List<String> QUESTIONS =
      List.of(
          "/",
          "/-/ready",
          "/metrics",
          "/api/v1/labels",
          "/api/v1/status/buildinfo",
          "/api/v1/query?query=sum%20by%20(a)%20(rate(b%7Bc%3D~%22d.*%22%7D%5B5m%5D))%20%2F%202",
          "/api/v1/query_range?query=up&start=0&end=60&step=15");

  @Override
  public Integer call() throws IOException, ConfigurationException, InterruptedException {
    Path directory = Files.createTempDirectory("orzo-warmup");
    try {
      List<Integer> ports = freePorts();
      try (Gateway gateway =
          new Gateway(
              ConfigurationLoader.load(
                  Optional.empty(),
                  List.of(
                      "http.host=127.0.0.1",
                      "http.port=" + ports.getFirst(),
                      "remote-write.port=" + ports.getLast(),
                      "carbon.port=0",
                      "carbon.pickle-port=0",
                      "statsd.port=0",
                      "data.dir=" + directory,
                      "log.level=warn"),
                  Map.of()))) {
        URI address = gateway.start();
        write(URI.create("http://127.0.0.1:" + ports.getLast() + "/api/v1/write"));
        for (String question : QUESTIONS) {
          ask(address.resolve(question));
        }
      }
      return ExitCode.OK;
    } finally {
      delete(directory);
    }
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    }
  }

  /** Sends a remote-write request without series: a Snappy block of length zero. */
  private static void write(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/x-protobuf");
    connection.setRequestProperty("Content-Encoding", "snappy");
    connection.setRequestProperty("X-Prometheus-Remote-Write-Version", "0.1.0");
    connection.getOutputStream().write(0);
    expectSuccess(connection);
  }

  private static void ask(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    expectSuccess(connection);
    try (var answer = connection.getInputStream()) {
      var _ = answer.readAllBytes();
    }
  }

  private static void expectSuccess(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status / 100 != 2) {
      throw new IOException(connection.getURL() + ": status " + status + " (expected: 2xx)");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
