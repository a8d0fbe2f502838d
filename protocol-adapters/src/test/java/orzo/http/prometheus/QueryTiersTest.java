package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.query.Explanation;
import orzo.query.QueryResult;
import orzo.query.SourceResolution;
import orzo.read.ReadCounts;

/** {@code max_source_resolution} and {@code explain}, over real HTTP. */
class QueryTiersTest {
  private static final String INSTANT = "/api/v1/query?query=up";
  private static final String RANGE = "/api/v1/query_range?query=up&start=0&end=10&step=1500s";

  private static ApiUnderTest api;

  @BeforeAll
  static void start() {
    api = new ApiUnderTest(QueryLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "0, 0",
    "5m, 300000",
    "1h30m, 5400000",
    "0.0004, 0", // a resolution that rounds to none is none
    "60, 60000"
  })
  void maxSourceResolution_reachesTheEngine(String value, long millis) {
    for (String path : List.of(INSTANT, RANGE)) {
      api.get(path + "&max_source_resolution=" + value);
      assertThat(api.engine.last.get().options().resolution())
          .isEqualTo(new SourceResolution.AtMost(millis));
    }
  }

  @Test
  void maxSourceResolution_auto_isAFifthOfTheStep() {
    api.get(RANGE + "&max_source_resolution=auto");
    assertThat(api.engine.last.get().options().resolution())
        .isEqualTo(new SourceResolution.AtMost(300_000));
    api.get(INSTANT + "&max_source_resolution=auto");
    assertThat(api.engine.last.get().options().resolution()).isEqualTo(SourceResolution.AUTOMATIC);
  }

  @Test
  void withoutParameters_theEngineChooses_andExplainsNothing() {
    for (String path : List.of(INSTANT, RANGE + "&max_source_resolution=&explain=")) {
      api.get(path);
      assertThat(api.engine.last.get().options().resolution())
          .isEqualTo(SourceResolution.AUTOMATIC);
      assertThat(api.engine.last.get().options().explain()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_source_resolution=x | invalid parameter \\\"max_source_resolution\\\": cannot parse"
            + " \\\"x\\\" to a valid duration",
        "max_source_resolution=-5 | invalid parameter \\\"max_source_resolution\\\": negative"
            + " resolutions are not accepted. Try zero, a positive duration, or auto",
        "explain=maybe | invalid parameter \\\"explain\\\": cannot parse \\\"maybe\\\" to a boolean"
      })
  void badValues_areRefused(String parameter, String message) {
    for (String path : List.of(INSTANT, RANGE)) {
      HttpResponse<String> response = api.get(path + "&" + parameter);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body())
          .isEqualTo(
              "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + message + "\"}");
    }
  }

  @Test
  void explain_isAMemberBesideTheData() {
    Explanation scan =
        new Explanation(
            "scan",
            "up{job=\"a\"}",
            Optional.of(
                new Explanation.Scan(
                    3,
                    new ReadCounts(6, 1234, 240, 17),
                    List.of(
                        new Explanation.TierUse("standard", 2, "1h", "exact"),
                        new Explanation.TierUse("raw", 1, "raw", "policy \"raw\"")))),
            List.of());
    Explanation sum = new Explanation("aggregate sum", "sum(up)", Optional.empty(), List.of(scan));
    api.engine.answerBy(asked -> {
      QueryResult answer = Fakes.scalar(1);
      return asked.options().explain()
          ? new QueryResult(
              answer.value(), List.of("w"), List.of(), Optional.of(sum), Optional.empty())
          : answer;
    });
    for (String path : List.of(INSTANT, RANGE)) {
      assertThat(api.get(path + "&explain=true").body())
          .isEqualTo(
              "{\"status\":\"success\",\"data\":"
                  + "{\"resultType\":\"scalar\",\"result\":[1,\"1\"]},"
                  + "\"explanation\":{\"operation\":\"aggregate sum\",\"expression\":\"sum(up)\","
                  + "\"operands\":[{\"operation\":\"scan\",\"expression\":\"up{job=\\\"a\\\"}\","
                  + "\"scan\":{\"series\":3,\"splits\":6,\"bytes\":1234,\"rows\":240,"
                  + "\"samples\":17,\"tiers\":["
                  + "{\"policy\":\"standard\",\"series\":2,\"tier\":\"1h\",\"reason\":\"exact\"},"
                  + "{\"policy\":\"raw\",\"series\":1,\"tier\":\"raw\","
                  + "\"reason\":\"policy \\\"raw\\\"\"}]}}]},"
                  + "\"warnings\":[\"w\"]}");
      assertThat(api.get(path + "&explain=false").body()).doesNotContain("explanation");
    }
  }
}
