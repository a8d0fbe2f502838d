package orzo.gateway;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
 * was loaded and how it was used, so that later starts take half the time and compile what is worth
 * it at once.
 */
@Command(
    name = "warmup",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Prepare faster starts; needs to be done once where Orzo is installed.")
final class WarmupCommand implements Callable<Integer> {
  private static final List<String> PAGES =
      List.of("/", "/-/ready", "/metrics", "/api/v1/status/buildinfo");

  /** How often each question is asked: after that, most of what it needs is worth compiling. */
  private static final int ROUNDS = 20;

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
                      "engine.close-delay=100ms",
                      "log.level=warn"),
                  Map.of()))) {
        URI address = gateway.start();
        for (String page : PAGES) {
          ask(address.resolve(page));
        }
        train(URI.create("http://127.0.0.1:" + ports.getLast() + "/api/v1/write"), address);
        trainGnocchi(address);
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

  private static void train(URI writeListener, URI api) throws IOException {
    TrainingLoad load = new TrainingLoad();
    for (int i = 0; i < TrainingLoad.REQUESTS; i++) {
      write(i % 2 == 0 ? writeListener : api.resolve("/api/v1/write"), load.nextBody());
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (String question : TrainingLoad.questions()) {
        ask(api.resolve(question));
      }
    }
  }

  private static void trainGnocchi(URI api) throws IOException {
    GnocchiTraining training = new GnocchiTraining();
    var _ = post(api.resolve("/v1/archive_policy"), GnocchiTraining.policy());
    for (int metric = 0; metric < GnocchiTraining.METRICS; metric++) {
      training.created(post(api.resolve("/v1/metric"), GnocchiTraining.metric()));
    }
    for (int i = 0; i < GnocchiTraining.REQUESTS; i++) {
      var _ = post(api.resolve("/v1/batch/metrics/measures"), training.nextBody());
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (String path : training.questions()) {
        ask(api.resolve(path));
      }
      var _ = post(api.resolve("/v1/aggregates?granularity=60"), training.operations());
    }
  }

  private static String post(URI uri, String json) throws IOException {
    HttpURLConnection connection = open(uri);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    expectSuccess(connection);
    try (var answer = connection.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpURLConnection open(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    return connection;
  }

  private static void write(URI uri, byte[] body) throws IOException {
    HttpURLConnection connection = open(uri);
    connection.setRequestProperty("Content-Type", "application/x-protobuf");
    connection.setRequestProperty("Content-Encoding", "snappy");
    connection.setRequestProperty("X-Prometheus-Remote-Write-Version", "0.1.0");
    connection.getOutputStream().write(body);
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
