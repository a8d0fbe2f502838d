package orzo.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/orzo serve} of the distribution that this build made: start, wiring, stop. */
class ServeIT {
  private static final Path SCRIPT = Path.of("target/distribution/bin/orzo").toAbsolutePath();
  private static final int SIGTERM_EXIT_CODE = 128 + 15;
  private static final int SIGINT_EXIT_CODE = 128 + 2;

  @TempDir private Path directory = Path.of(".");
  private int httpPort;
  private int writePort;
  private Optional<Process> running = Optional.empty();

  @BeforeEach
  void choosePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      httpPort = one.getLocalPort();
      writePort = other.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (running.isPresent()) {
      List<ProcessHandle> children = running.get().descendants().toList();
      running.get().destroyForcibly().waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void serve_untilSigterm_saysReadyOnceAndStopsCleanly() throws Exception {
    Process process = start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).as(log()).isEqualTo("orzo: ready on http://127.0.0.1:" + httpPort);
    List<ProcessHandle> children = process.descendants().toList();
    assertThat(children).isNotEmpty();

    for (String path : List.of("/-/ready", "/-/healthy", "/", "/api/v1/query?query=1%2B1")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(200);
    }
    // A request without series, a Snappy block of length zero, at both listeners.
    assertThat(write(writePort)).isEqualTo(204);
    assertThat(write(httpPort)).isEqualTo(204);

    long signalled = System.nanoTime();
    process.toHandle().destroy(); // Process.destroy would close standard output on this side
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - signalled);
    assertThat(process.exitValue()).as(log()).isEqualTo(SIGTERM_EXIT_CODE);
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(out.readLine()).as("more on standard output").isNull();
    assertThat(log()).doesNotContain(" WARN ", " ERROR ", "Exception");
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void serve_startedAgainAfterSigint_findsItsData() throws Exception {
    Process first = start();
    assertThat(first.inputReader().readLine()).as(log()).startsWith("orzo: ready");
    new ProcessBuilder("kill", "-INT", Long.toString(first.pid())).start().waitFor();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isEqualTo(SIGINT_EXIT_CODE);
    Process second = start();
    assertThat(second.inputReader().readLine()).as(log()).startsWith("orzo: ready");
    assertThat(get("/-/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void metrics_ofAFreshGateway_haveWhatOperatorsNeed() throws Exception {
    assertThat(start().inputReader().readLine()).as(log()).startsWith("orzo: ready");
    assertThat(write(writePort)).isEqualTo(204);
    String metrics = get("/metrics").body();
    assertThat(metrics.lines())
        .anyMatch(line -> line.startsWith("orzo_build_info{"))
        .contains(
            "orzo_samples_received_total{protocol=\"remote_write\"} 0.0",
            "orzo_samples_accepted_total{protocol=\"remote_write\"} 0.0",
            "orzo_samples_rejected_total{protocol=\"remote_write\",reason=\"malformed\"} 0.0",
            "orzo_sacks_owned 16.0",
            "orzo_backlog_entries{sack=\"15\"} 0.0",
            "orzo_backlog_age_seconds{sack=\"0\"} 0.0",
            "orzo_flush_duration_seconds_count 0",
            "orzo_series 0.0",
            "orzo_redis_call_failures_total{call=\"append\"} 0.0")
        .anyMatch(line -> line.startsWith("orzo_redis_call_duration_seconds_count{call=\"lease\"}"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
        .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
    // Names as https://prometheus.io/docs/practices/naming/ wants them.
    assertThat(metrics.lines().filter(line -> line.startsWith("# TYPE orzo_")))
        .allMatch(line -> !line.endsWith(" counter") || line.contains("_total "))
        .allMatch(line -> line.matches("# TYPE [a-z][a-z0-9_]* (counter|gauge|histogram|summary)"));
  }

  @Test
  void serve_onAPortInUse_saysWhichAndExitsWith1() throws Exception {
    try (ServerSocket taken = new ServerSocket(httpPort, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      Process process = start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(process.inputReader().readLine()).isNull();
      assertThat(log().lines())
          .anyMatch(line -> line.startsWith("orzo: HTTP: cannot listen on 127.0.0.1:" + httpPort));
      assertThat(process.descendants().toList()).isEmpty();
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            SCRIPT.toString(),
            "serve",
            "--set=http.host=127.0.0.1",
            "--set=http.port=" + httpPort,
            "--set=remote-write.port=" + writePort,
            "--set=carbon.port=0",
            "--set=carbon.pickle-port=0",
            "--set=statsd.port=0",
            "--set=data.dir=" + directory.resolve("data"));
    builder.environment().keySet().removeIf(name -> name.startsWith("ORZO_"));
    Process process =
        builder
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    running = Optional.of(process);
    return process;
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path)).build(),
          BodyHandlers.ofString());
    }
  }

  private int write(int port) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/write"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1]));
    Stream.of(
            List.of("Content-Type", "application/x-protobuf"),
            List.of("Content-Encoding", "snappy"),
            List.of("X-Prometheus-Remote-Write-Version", "0.1.0"))
        .forEach(header -> request.header(header.getFirst(), header.getLast()));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }
}
