package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.Distribution;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;

/** The gateway when there is more than fits, or Redis takes nothing, is slow or gone. */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class PressurePeerIT {
  private static final long T0 = 1_700_000_000_000L;
  private static final long HEAP_BYTES = 256L << 20;
  private static final int FLOOD = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Path directory;
  private PeerServer redis;

  @BeforeEach
  void startRedis(TestInfo info) {
    String name = "PressurePeerIT-redis-" + info.getTestMethod().orElseThrow().getName();
    directory = Workspace.directory(name);
    redis = PeerServer.redis(directory, Ports.free());
  }

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  @Test
  void backlogBeyondItsLimit_putsWritersOff_losesNothing_andTakesWritesAgain() {
    Map<String, String> settings =
        Map.of(
            "redis.url", redis.url().toString(),
            "engine.max-backlog-size", "1MiB",
            "engine.flush-interval", "8s");
    try (GatewayServer gateway = Workspace.gateway("PressurePeerIT-backlog", settings)) {
      gateway.start();
      try (TenantClient client = TenantClient.of(gateway, "t")) {
        int acknowledged = 0;
        RemoteWriteClient.Reply reply = client.send(randomBody("filled", 0, 2_000));
        while (reply.isSuccess()) {
          acknowledged++;
          reply = client.send(randomBody("filled", acknowledged, 2_000));
        }
        assertThat(reply.status()).as(reply.text()).isEqualTo(503);
        assertThat(reply.text()).contains("the backlog is full");
        assertThat(reply.retryAfter()).isPresent();

        MetricsPage page = MetricsPage.of(gateway.url());
        assertThat(page.sum("orzo_intake_state", "state=\"backlog_full\"")).isEqualTo(1);
        assertThat(page.sum("orzo_samples_rejected_total", "reason=\"backlog_full\"")).isPositive();
        assertThat(page.sum("orzo_backlog_bytes")).isGreaterThanOrEqualTo(1 << 20);
        assertThat(page.sum("orzo_backlog_limit_bytes")).isEqualTo(1 << 20);
        assertThat(count(client, "filled")).as("while refusing").isEqualTo(acknowledged * 2_000L);

        byte[] next = randomBody("filled", acknowledged, 2_000);
        await("writes are taken again").atMost(PATIENCE).until(() -> client.send(next).isSuccess());
        assertThat(count(client, "filled")).isEqualTo((acknowledged + 1) * 2_000L);
        assertThat(MetricsPage.of(gateway.url()).sum("orzo_intake_state", "state=\"accepting\""))
            .isEqualTo(1);
      }
    }
  }

  @Test
  void redisFullReadOnlySlowStoppedAndGone_whileWriting_losesAndRepeatsNothingAcknowledged() {
    GatewayServer gateway =
        new GatewayServer(
            Distribution.fromProperty(),
            Workspace.directory("PressurePeerIT-troubles"),
            Map.of("redis.url", redis.url().toString(), "remote-write.max-in-flight-size", "32MiB"),
            Map.of("ORZO_JAVA_OPTS", "-Xmx" + HEAP_BYTES));
    Queue<Runnable> troubles =
        new ArrayDeque<>(
            List.<Runnable>of(
                () -> fullRedis(gateway),
                () -> readOnlyRedis(gateway),
                () -> slowRedis(),
                () -> stoppedRedis(gateway),
                () -> goneRedis(gateway)));
    try (gateway) {
      new CrashScenario(gateway, 23, troubles.size()).run(() -> troubles.remove().run());
      await("all is flushed")
          .atMost(PATIENCE)
          .until(() -> MetricsPage.of(gateway.url()).sum("orzo_backlog_entries") == 0);
    }
  }

  private void fullRedis(GatewayServer gateway) {
    redis("config", "set", "maxmemory", "1mb");
    awaitRefusal(gateway, "full");
    await("writers are refused before they are read")
        .atMost(PATIENCE)
        .until(() ->
            MetricsPage.of(gateway.url())
                    .sum("orzo_samples_rejected_total", "reason=\"storage_full\"")
                > 0);
    await("the backlog is drained all the same")
        .atMost(PATIENCE)
        .until(() -> MetricsPage.of(gateway.url()).sum("orzo_backlog_entries") == 0);
    try (PrometheusClient reader = new PrometheusClient(gateway.url(), "crash")) {
      assertThat(reader.query("count(numbered)", T0).series()).hasSize(1);
    }
    redis("config", "set", "maxmemory", "0");
  }

  private void readOnlyRedis(GatewayServer gateway) {
    redis("replicaof", "127.0.0.1", "1"); // nobody is there
    awaitRefusal(gateway, "Redis at");
    redis("replicaof", "no", "one");
  }

  private void slowRedis() {
    redis("client", "pause", "2000");
  }

  private void stoppedRedis(GatewayServer gateway) {
    try (TenantClient client = TenantClient.of(gateway, "flood")) {
      byte[] body = randomBody("flood", 0, 50_000);
      assertThat(client.send(body).isSuccess()).as("series are known").isTrue();
      redis.process().signal("STOP");
      try (ExecutorService senders = Executors.newFixedThreadPool(FLOOD)) {
        List<Future<RemoteWriteClient.Reply>> replies = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) { // 1.2 MB each when decoded: more than may be in flight
          replies.add(senders.submit(() -> client.send(body)));
        }
        assertQueryFails(gateway);
        for (Future<RemoteWriteClient.Reply> reply : replies) {
          assertPutOff(reply.get());
        }
      } catch (InterruptedException | ExecutionException e) {
        throw new AssertionError(e);
      } finally {
        redis.process().signal("CONT");
      }
      MetricsPage page = MetricsPage.of(gateway.url());
      double rejected = page.sum("orzo_samples_rejected_total", "reason=\"overloaded\"");
      assertThat(rejected).as("refused for want of memory").isPositive();
      assertThat(page.sum("jvm_memory_used_bytes", "area=\"heap\"")).isLessThan(HEAP_BYTES);
      assertThat(gateway.process().errLines()).noneMatch(line -> line.contains("OutOfMemory"));
      await("the flood is let in one by one")
          .atMost(PATIENCE)
          .until(() -> client.send(body).isSuccess());
      awaitOwnership(gateway);
      assertThat(count(client, "flood")).isEqualTo(50_000);
    }
  }

  private void goneRedis(GatewayServer gateway) {
    redis.process().kill();
    awaitRefusal(gateway, "Redis at");
    assertQueryFails(gateway);
    redis = PeerServer.redis(directory, redis.url().getPort());
    awaitOwnership(gateway);
  }

  /** Leases may have ended meanwhile; until they are had again, queries may be behind. */
  private static void awaitOwnership(GatewayServer gateway) {
    await("the gateway has its sacks again")
        .atMost(PATIENCE)
        .until(() -> {
          MetricsPage page = MetricsPage.of(gateway.url());
          return page.sum("orzo_sacks_owned") == page.sum("orzo_sacks");
        });
  }

  private static void assertQueryFails(GatewayServer gateway) {
    try (PrometheusClient reader = new PrometheusClient(gateway.url(), "crash")) {
      PrometheusClient.Reply reply = reader.get("/api/v1/query?query=numbered&time=1700000000");
      assertThat(reply.status()).as(reply.text()).isEqualTo(503);
      assertThat(reply.text()).contains("\"status\":\"error\"");
    }
  }

  private static void awaitRefusal(GatewayServer gateway, String text) {
    byte[] body = new WriteRequestBody().add(encodeLabels("__name__", "probe"), T0, 2).compressed();
    try (TenantClient client = TenantClient.of(gateway, "probe")) {
      await("a write is put off")
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            RemoteWriteClient.Reply reply = client.send(body);
            assertPutOff(reply);
            assertThat(reply.text()).contains(text);
          });
    }
  }

  private static void assertPutOff(RemoteWriteClient.Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(503);
    assertThat(reply.retryAfter()).isPresent();
  }

  private void redis(String... command) {
    List<String> arguments =
        new ArrayList<>(List.of("-p", Integer.toString(redis.url().getPort())));
    arguments.addAll(List.of(command));
    assertThat(RedisGroup.cli(arguments)).startsWith("OK");
  }

  private static long count(TenantClient client, String name) {
    String query = "sum(count_over_time(" + name + "[1d]))";
    List<QueryAnswer.Series> series =
        client.reader().query(query, T0 + Duration.ofHours(23).toMillis()).series();
    return series.isEmpty() ? 0 : Math.round(series.getFirst().value());
  }

  /**
   * Samples of 100 series that take nine bytes each in the backlog, at times of this body alone.
   */
  private static byte[] randomBody(String name, int number, int samples) {
    Random random = new Random(number);
    int each = samples / 100;
    long[] times = new long[each];
    double[] values = new double[each];
    WriteRequestBody body = new WriteRequestBody();
    for (int series = 0; series < 100; series++) {
      for (int i = 0; i < each; i++) {
        times[i] = T0 + ((long) number * each + i) * 10;
        values[i] = random.nextDouble();
      }
      body.add(encodeLabels("__name__", name, "series", "" + series), times, values);
    }
    return body.compressed();
  }
}
