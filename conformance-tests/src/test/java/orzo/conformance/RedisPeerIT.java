package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orzo.conformance.prometheus.WriteRequestBody.encodeLabels;
import static orzo.conformance.prometheus.WriteRequestBody.labels;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.QueryAnswer.Point;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;

/** The gateway on a Redis server that somebody else runs: {@code redis-server} of the system. */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class RedisPeerIT {
  private static final long T0 = 1_700_000_000_000L;

  private Path directory;
  private PeerServer redis;

  @BeforeEach
  void startRedis(TestInfo info) {
    directory =
        Workspace.directory("RedisPeerIT-redis-" + info.getTestMethod().orElseThrow().getName());
    redis = PeerServer.redis(directory, Ports.free());
  }

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  private GatewayServer gateway(String name, String namespace) {
    Map<String, String> settings =
        Map.of("redis.url", redis.url().toString(), "redis.namespace", namespace);
    return Workspace.gateway("RedisPeerIT-" + name, settings);
  }

  @Test
  void namespaces_inOneRedis_areApart() {
    try (GatewayServer first = gateway("first", "one");
        GatewayServer second = gateway("second", "two")) {
      first.start();
      second.start();
      assertThat(first.redisProcesses()).as("no Redis of its own beside redis.url").isEmpty();
      try (TenantClient one = TenantClient.of(first, "t");
          TenantClient two = TenantClient.of(second, "t")) {
        one.write(labels("__name__", "only_one"), T0, 1);
        two.write(labels("__name__", "only_two"), T0, 2);
        String names = "/api/v1/label/__name__/values";
        assertThat(one.reader().get(names).data().texts()).containsExactly("only_one");
        assertThat(two.reader().get(names).data().texts()).containsExactly("only_two");
      }
    }
  }

  @Test
  void data_outlivesGatewayAndRedis() {
    try (GatewayServer gateway = gateway("restart", "orzo")) {
      gateway.start();
      try (TenantClient client = TenantClient.of(gateway, "t")) {
        WriteRequestBody body = new WriteRequestBody();
        for (int i = 0; i < 500; i++) {
          body.add(encodeLabels("__name__", "kept"), T0 + i * 1_000L, i);
        }
        client.write(body);
        gateway.terminate(Duration.ofSeconds(5));
        redis.close();
        redis = PeerServer.redis(directory, redis.url().getPort());
        gateway.start();
        assertThat(client.raw("kept", Duration.ofHours(1), T0 + 600_000))
            .hasSize(500)
            .endsWith(new Point(T0 + 499_000, 499));
      }
    }
  }

  @Test
  void write_whileRedisIsAway_isToldToComeBack_andWorksAgainAfterwards() {
    try (GatewayServer gateway = gateway("away", "orzo")) {
      gateway.start();
      try (TenantClient client = TenantClient.of(gateway, "t")) {
        client.write(labels("__name__", "before"), T0, 1);
        redis.process().kill();
        byte[] body =
            new WriteRequestBody().add(encodeLabels("__name__", "after"), T0, 2).compressed();
        RemoteWriteClient.Reply refused = client.send(body);
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(refused.retryAfter()).isPresent();
        redis = PeerServer.redis(directory, redis.url().getPort());
        await("writes are taken again")
            .atMost(Duration.ofSeconds(20))
            .until(() -> client.send(body).isSuccess());
        assertThat(client.reader().query("before + on () after", T0).series())
            .singleElement()
            .extracting(series -> series.value())
            .isEqualTo(3.0);
      }
    }
  }

  @Test
  void start_whileRedisIsAway_waitsForIt_orForSigterm() {
    redis.process().kill();
    try (GatewayServer gateway = gateway("early", "orzo")) {
      ServerProcess stopped = gateway.launch();
      awaitNotReady(stopped);
      assertThat(stopped.terminate(Duration.ofSeconds(5))).isEqualTo(128 + 15);
      ServerProcess waiting = gateway.launch();
      awaitNotReady(waiting);
      redis = PeerServer.redis(directory, redis.url().getPort());
      waiting.awaitLine(Pattern.compile("orzo: ready on .*"), Duration.ofSeconds(20));
    }
  }

  private static void awaitNotReady(ServerProcess gateway) {
    await("a line says what is missing")
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            gateway.errLines().stream()
                .anyMatch(line -> line.contains("not ready: Redis at 127.0.0.1:")));
  }

  @Test
  void outage_ofRedis_isOneLineInTheLogAndItsEndAnother() {
    try (GatewayServer gateway = gateway("log", "orzo")) {
      gateway.start();
      redis.process().kill();
      await("the outage is noticed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> outages(gateway, "storage fails: ") > 0);
      redis = PeerServer.redis(directory, redis.url().getPort());
      await("its end is noticed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> outages(gateway, "storage works again") > 0);
      assertThat(gateway.process().errLines())
          .filteredOn(line -> line.contains(" WARN ") || line.contains("storage works"))
          .as("lines about the outage")
          .hasSize(2);
    }
  }

  private static long outages(GatewayServer gateway, String text) {
    return gateway.process().errLines().stream().filter(line -> line.contains(text)).count();
  }

  @Test
  void kill_ofTheGatewayWhileWriting_losesAndRepeatsNothingAcknowledged() {
    try (GatewayServer gateway = gateway("crash", "orzo")) {
      new CrashScenario(gateway, 21, 2)
          .run(() -> {
            gateway.kill();
            gateway.start();
          });
    }
  }

  @Test
  void kill_ofRedisWhileWriting_losesAndRepeatsNothingAcknowledged() {
    try (GatewayServer gateway = gateway("redis-crash", "orzo")) {
      new CrashScenario(gateway, 22, 2)
          .run(() -> {
            redis.process().kill();
            redis = PeerServer.redis(directory, redis.url().getPort());
          });
    }
  }
}
