package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Prometheus tells about itself, its targets and its alerts. */
class StatusEndpointsTest {
  private static ApiUnderTest api;

  @BeforeAll
  static void start() {
    api = new ApiUnderTest(QueryLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String data(String path, String... headers) {
    HttpResponse<String> response = api.get("/api/v1" + path, headers);
    String start = "{\"status\":\"success\",\"data\":";
    assertThat(response.body()).startsWith(start);
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body().substring(start.length(), response.body().length() - 1);
  }

  private static void assertBad(String path, String error) {
    HttpResponse<String> response = api.get("/api/v1" + path);
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\""
                + error.replace("\"", "\\\"")
                + "\"}");
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/targets | {'activeTargets':[],'droppedTargets':[],'droppedTargetCounts':{}}",
        "/targets?state=active | "
            + "{'activeTargets':[],'droppedTargets':[],'droppedTargetCounts':null}",
        "/scrape_pools | {'scrapePools':[]}",
        "/alertmanagers | {'activeAlertmanagers':[],'droppedAlertmanagers':[]}",
        "/rules | {'groups':[]}",
        "/rules?type=alert | {'groups':[]}",
        "/alerts | {'alerts':[]}",
        "/notifications | []",
        "/status/walreplay | {'min':0,'max':0,'current':0}",
        "/status/tsdb/blocks | {'blocks':[]}",
        "/status/flags | {'http.port':'8041','query.timeout':'2m'}",
        "/status/config | {'yaml':'http.port: 8041  # default\\n'}"
      })
  void answer_hasPrometheusShape(String path, String expected) {
    assertThat(data(path)).isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void tsdb_showsWhatThereIs() {
    assertThat(data("/status/tsdb"))
        .isEqualTo(
            "{\"headStats\":{\"numSeries\":3,\"numLabelPairs\":5,\"chunkCount\":0,\"minTime\":0,"
                + "\"maxTime\":0},"
                + "\"seriesCountByMetricName\":[{\"name\":\"default\",\"value\":10}],"
                + "\"labelValueCountByLabelName\":[{\"name\":\"job\",\"value\":2},"
                + "{\"name\":\"a\\\"b\",\"value\":1}],"
                + "\"memoryInBytesByLabelName\":[],"
                + "\"seriesCountByLabelValuePair\":[{\"name\":\"job=a\",\"value\":2}]}");
    assertThat(data("/status/tsdb?limit=7", "X-Scope-OrgID", "other"))
        .contains("{\"name\":\"other\",\"value\":7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/status/tsdb?limit=0 | limit must be a positive number",
        "/status/tsdb?limit=x | limit must be a positive number",
        "/status/tsdb?limit=10001 | limit must not exceed 10000",
        "/scrape_pools/config | no scrapePool parameter provided",
        "/scrape_pools/config?scrapePool=a | "
            + "error retrieving scrape config: scrape pool \\\"a\\\" not found",
        "/targets/relabel_steps?scrapePool=b | "
            + "error retrieving scrape config: scrape pool \\\"b\\\" not found",
        "/rules?type=x | invalid parameter \\\"type\\\": not supported value \\\"x\\\"",
        "/targets/metadata?limit=x | limit must be a number",
        "/targets/metadata?match_target=a{ | "
            + "invalid parameter \\\"match_target\\\": 1:3: parse error: unexpected end of input"
      })
  void wrongParameter_isBad(String path, String error) {
    assertBad(path, error.replace("\\\"", "\""));
  }

  @Test
  void notificationsLive_isNoStream() {
    assertThat(api.get("/api/v1/notifications/live").statusCode()).isEqualTo(204);
  }
}
