package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.Json;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;

/**
 * The same batches, sent once, twice, in reverse, and to two gateways at once, each way by a tenant
 * of its own: answers are the same to the byte, from samples and from aggregates.
 */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class RepeatedBatchesPeerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BATCHES = 24;
  private static final int SERIES = 8;
  private static final int SAMPLES = 30; // of a series in a batch
  private static final long STEP_MILLIS = 50_000;
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final List<String> TENANTS = List.of("once", "twice", "reversed", "both");

  private final long start = InstantSource.system().millis() / DAY_MILLIS * DAY_MILLIS - DAY_MILLIS;
  private final long end = start + DAY_MILLIS / 2;

  @Test
  void batches_repeatedReversedOrSentToTwoGateways_giveTheSameAnswers() {
    PeerServer redis =
        PeerServer.redis(Workspace.directory("RepeatedBatchesPeerIT-redis"), Ports.free());
    try (redis;
        FleetScenario fleet =
            FleetScenario.start("RepeatedBatchesPeerIT", redis.url().toString(), 2, 1, Map.of())) {
      GatewayServer one = fleet.gateways().getFirst();
      GatewayServer other = fleet.gateways().getLast();
      for (int i = 0; i < BATCHES; i++) {
        send(one, "once", body(i, false));
        send(one, "twice", body(i, false));
        send(one, "twice", body(i, false));
        send(other, "reversed", body(BATCHES - 1 - i, true));
        byte[] both = body(i, false);
        together(() -> send(one, "both", both), () -> send(other, "both", both));
      }
      fleet.awaitFlushed();
      compare(fleet);
      fleet.gateways().forEach(this::awaitAggregated);
      compare(fleet);
      for (int i = 0; i < BATCHES; i++) {
        send(other, "twice", body(i, true)); // of splits that are closed
      }
      fleet.awaitFlushed();
      compare(fleet);
    }
  }

  /** A batch of all series. */
  private byte[] body(int number, boolean reversed) {
    WriteRequestBody body = new WriteRequestBody();
    for (int i = 0; i < SERIES; i++) {
      int series = reversed ? SERIES - 1 - i : i;
      long[] times = new long[SAMPLES];
      double[] values = new double[SAMPLES];
      Random random = new Random(number * 100L + series);
      for (int k = 0; k < SAMPLES; k++) {
        int at = reversed ? SAMPLES - 1 - k : k;
        times[at] = start + ((long) number * SAMPLES + k) * STEP_MILLIS + series;
        values[at] = value(series, random);
      }
      body.add(WriteRequestBody.encodeLabels("__name__", "batch", "s", "" + series), times, values);
    }
    return body.compressed();
  }

  private static double value(int series, Random random) {
    double any = random.nextGaussian() * 1e6;
    int kind = random.nextInt(10);
    return switch (series) {
      case 0 -> Math.round(any);
      case 1 -> Math.round(any) / 1000.0;
      case 2 -> Math.abs(any) % 1000; // a counter that often begins anew
      case 3 -> kind == 0 ? Double.NaN : any;
      case 4 -> kind == 0 ? Double.POSITIVE_INFINITY : any;
      case 5 -> kind == 0 ? Double.longBitsToDouble(WriteRequestBody.STALE_NAN_BITS) : any;
      case 6 -> kind == 0 ? -0.0 : kind == 1 ? Double.MIN_VALUE : any * 1e300;
      default -> any;
    };
  }

  private static boolean send(GatewayServer gateway, String tenant, byte[] body) {
    try (TenantClient client = TenantClient.of(gateway, tenant)) {
      // A gateway that has not heard of the policy of new series yet puts them off.
      await("a batch is taken").atMost(PATIENCE).until(() -> client.send(body).isSuccess());
    }
    return true;
  }

  private static void together(Callable<Boolean> some, Callable<Boolean> others) {
    try (ExecutorService senders = Executors.newFixedThreadPool(2)) {
      for (Future<Boolean> sent : senders.invokeAll(List.of(some, others))) {
        assertThat(sent.get()).isTrue();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitAggregated(GatewayServer gateway) {
    for (String tenant : TENANTS) {
      try (PrometheusClient client = new PrometheusClient(gateway.url(), tenant)) {
        await("everything of " + tenant + " is aggregated")
            .atMost(PATIENCE)
            .until(() -> {
              String path = range("count_over_time(batch[1h])", "1h") + "&explain=true";
              return AggregateCheck.samplesRead(Json.parse(client.get(path).text())) == 0;
            });
      }
    }
  }

  private void compare(FleetScenario fleet) {
    for (String question : questions()) {
      String expected = answer(fleet.gateways().getFirst(), "once", question);
      assertThat(expected).contains("\"s\":\"7\"");
      for (GatewayServer gateway : fleet.gateways()) {
        for (String tenant : TENANTS) {
          assertThat(answer(gateway, tenant, question))
              .as("%s by %s at %s", question, tenant, gateway.url())
              .isEqualTo(expected);
        }
      }
    }
  }

  private List<String> questions() {
    List<String> questions = new ArrayList<>();
    String samples = "batch[" + 2 * DAY_MILLIS + "ms]";
    questions.add(
        PrometheusClient.path(
            "/api/v1/query", "query", samples, "time", PrometheusClient.seconds(end)));
    for (String function :
        List.of(
            "count_over_time",
            "sum_over_time",
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "first_over_time",
            "last_over_time",
            "stddev_over_time",
            "increase")) {
      for (String window : List.of("5m", "1h", "12h")) {
        questions.add(range(function + "(batch[" + window + "])", window));
      }
    }
    return questions;
  }

  private String range(String expression, String step) {
    return PrometheusClient.path(
        "/api/v1/query_range",
        "query",
        expression,
        "start",
        PrometheusClient.seconds(start),
        "end",
        PrometheusClient.seconds(end),
        "step",
        step);
  }

  private static String answer(GatewayServer gateway, String tenant, String question) {
    try (PrometheusClient client = new PrometheusClient(gateway.url(), tenant)) {
      PrometheusClient.Reply reply = client.get(question);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      return reply.text();
    }
  }
}
