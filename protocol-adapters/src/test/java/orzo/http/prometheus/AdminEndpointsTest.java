package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.HttpConfig;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.remoteread.ReadBounds;

class AdminEndpointsTest {
  private static final String DELETE = "/api/v1/admin/tsdb/delete_series";

  private final ApiUnderTest api =
      new ApiUnderTest(
          HttpConfig.of("127.0.0.1", 0), QueryLimits.DEFAULT, ReadBounds.DEFAULT, true);

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<String> put(String path, String... headers) {
    return api.send(api.request(path, headers).PUT(HttpRequest.BodyPublishers.noBody()).build());
  }

  private static void assertError(HttpResponse<String> response, int status, String error) {
    assertThat(response.body()).endsWith(",\"error\":\"" + error + "\"}");
    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void deleteSeries_byPutOrPost_deletesWhatIsSelected() {
    HttpResponse<String> put = put(DELETE + "?match[]=up&match[]=cpu", "X-Scope-OrgID", "other");
    assertThat(put.statusCode()).isEqualTo(204);
    assertThat(put.body()).isEmpty();
    HttpResponse<String> post =
        api.post("/prometheus" + DELETE, "match[]", "up", "start", "0", "end", "1772366400.25");
    assertThat(post.statusCode()).isEqualTo(204);
    assertThat(api.removal.asked)
        .containsExactly(
            new Fakes.Removal.Removed(new Tenant("other"), List.of(name("up"), name("cpu"))),
            new Fakes.Removal.Removed(Tenant.DEFAULT, List.of(name("up"))));
    assertThat(api.get(DELETE + "?match[]=up").statusCode()).isEqualTo(405);
  }

  private static List<Matcher> name(String name) {
    return List.of(Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, name));
  }

  @ParameterizedTest
  @CsvSource({
    "start=1, 1970-01-01T00:00:01Z, +292278994-08-17T07:12:55.807Z",
    "end=1772366400.249, -292275055-05-16T16:47:04.192Z, 2026-03-01T12:00:00.249Z"
  })
  void deleteSeries_ofSomeOfTheTime_isRefused(String range, String start, String end) {
    HttpResponse<String> response = put(DELETE + "?match[]=up&" + range);
    assertThat(response.body())
        .startsWith(
            "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"series are deleted with"
                + " all their samples, not from ")
        .contains(range.startsWith("start") ? start : end)
        .endsWith(
            " (expected: no start, or one not after 1970; no end, or one not in the past)\"}");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(api.removal.asked).isEmpty();
  }

  @Test
  void deleteSeries_wrongly_isBad() {
    assertError(put(DELETE), 400, "no match[] parameter provided");
    assertError(
        put(DELETE + "?match[]=up{"),
        400,
        "invalid parameter \\\"match[]\\\": 1:3: parse error: unexpected end of input");
    assertError(
        put(DELETE + "?match[]={}"),
        400,
        "invalid parameter \\\"match[]\\\": match[] must contain at least one non-empty matcher");
    assertError(
        put(DELETE + "?match[]=up&start=x"),
        400,
        "invalid parameter \\\"start\\\": invalid time value for 'start': cannot parse"
            + " \\\"x\\\" to a valid timestamp");
    assertThat(api.removal.asked).isEmpty();
  }

  @Test
  void cleanTombstones_isDoneAnyway() {
    assertThat(put("/api/v1/admin/tsdb/clean_tombstones").statusCode()).isEqualTo(204);
    assertThat(api.post("/api/v1/admin/tsdb/clean_tombstones").statusCode()).isEqualTo(204);
  }

  @Test
  void snapshot_isRefused() {
    assertError(
        put("/api/v1/admin/tsdb/snapshot?skip_head=true"),
        422,
        "there are no snapshots: everything is in Redis, which makes them by its own means");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete_series?match[]=up", "clean_tombstones", "snapshot"})
  void anything_unlessItIsSwitchedOn_isForbidden(String path) {
    try (ApiUnderTest off = new ApiUnderTest(QueryLimits.DEFAULT)) {
      HttpResponse<String> response =
          off.send(
              off.request("/api/v1/admin/tsdb/" + path)
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build());
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"admin APIs"
                  + " disabled\"}");
      assertThat(off.removal.asked).isEmpty();
    }
  }
}
