package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.http.gnocchi.NodeUnderTest.ADMIN;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAR;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.gnocchi.NodeUnderTest.Answer;
import orzo.intake.Registration;
import orzo.intake.SampleBatch;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;

/** The status, what asks nobody, and what is not there. */
class StatusApiTest {
  private NodeUnderTest node;

  @BeforeEach
  void start() throws Exception {
    node = new NodeUnderTest();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private JsonObject status(String parameters) throws Exception {
    Answer answer = node.send("GET", "/status" + parameters, "", ADMIN);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void status_countsWhatWaitsInTheBacklog_ofTheTenant() throws Exception {
    node.stopProcessing();
    Labels labels = Labels.of("__name__", "up", "job", "x");
    Tenant other = new Tenant("other");
    long[] refs = node.intake.register(Tenant.DEFAULT, List.of(Registration.of(labels)));
    long[] others = node.intake.register(other, List.of(Registration.of(labels)));
    SampleBatch batch = new SampleBatch(3);
    batch.add(refs[0], 1_000, 1);
    batch.add(refs[0], 2_000, 1);
    batch.add(others[0], 1_000, 1);
    node.intake.append(batch).toCompletableFuture().join();
    String metric = node.create("{'archive_policy_name': 'cookies'}");
    node.send("POST", "/metric/" + metric + "/measures", "[{'timestamp': 1, 'value': 1}]", FOOBAR);

    JsonObject storage = status("").getJsonObject("storage");

    assertThat(storage.getJsonObject("summary").encode())
        .isEqualTo("{\"metrics\":2,\"measures\":3}");
    JsonObject waiting = storage.getJsonObject("measures_to_process");
    assertThat(waiting.getInteger(metric)).isEqualTo(1);
    assertThat(waiting.getInteger(Metric.of(Tenant.DEFAULT, labels, "").id().toString()))
        .isEqualTo(2);
    assertThat(status("").getJsonObject("metricd").getJsonArray("processors"))
        .containsExactly("node");
  }

  @ParameterizedTest
  @ValueSource(strings = {"False", "no", "0"})
  void status_withoutDetails_hasTheSummaryAlone(String no) throws Exception {
    assertThat(status("?details=" + no).getJsonObject("storage").fieldNames())
        .containsExactly("summary");
  }

  @Test
  void status_isForAdministrators() throws Exception {
    assertThat(node.send("GET", "/status", "", FOOBAR).status()).isEqualTo(403);
    assertThat(node.send("GET", "/status", "", "").status()).isEqualTo(401);
  }

  @Test
  void status_withDetailsThatAreNeitherYesNorNo_is400() throws Exception {
    assertThat(node.send("GET", "/status?details=some", "", ADMIN).status()).isEqualTo(400);
  }

  @Test
  void capabilities_andTheListOfParts_askNobody() throws Exception {
    assertThat(node.send("GET", "/capabilities", "", "").json().getJsonArray("aggregation_methods"))
        .contains("mean", "rate:95pct");
    assertThat(node.send("GET", "/", "", "").json().getJsonArray("links")).hasSize(13);
    assertThat(node.send("GET", "", "", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, 404",
    "POST, /nowhere/at/all, 404",
    "GET, /batch, 404",
    "GET, /search/resource/nowhere, 404", // no such type
    "GET, /search/resource/generic, 405",
    "PUT, /resource/nowhere/x, 404",
    "PUT, /metric, 405",
    "DELETE, /metric/, 405",
    "PATCH, /archive_policy, 405",
    "GET, /aggregation/resource/generic/metric/x, 405",
    "GET, /aggregation, 405",
    "POST, /aggregation/re/generic/metric/x, 404",
    "POST, /aggregation/resource/generic/other/x, 404",
    "GET, /influxdb/write, 405",
    "PUT, /influxdb/nothing, 405",
  })
  void whatIsNotThere_isAnErrorOfThisApi(String method, String path, int status) throws Exception {
    Answer answer = node.send(method, path, "", FOOBAR);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().getInteger("code")).isEqualTo(status);
    if (status == 405) {
      assertThat(answer.header("Allow")).contains("OPTIONS");
    }
  }

  @Test
  void prometheusWrite_asksWhoCalls() throws Exception {
    assertThat(node.send("POST", "/prometheus/write", "x", FOOBAR).status()).isEqualTo(202);
    Answer refused = node.send("POST", "/prometheus/write", "x", "");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).startsWith("Basic");
  }
}
