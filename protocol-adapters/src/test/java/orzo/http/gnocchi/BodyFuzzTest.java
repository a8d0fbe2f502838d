package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.http.gnocchi.NodeUnderTest.ADMIN;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAR;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.gnocchi.NodeUnderTest.Answer;

/**
 * Damaged bodies of all that reads JSON: each is taken or refused, none fails, and what is sent
 * right afterwards is stored. A failure shows the seed.
 */
class BodyFuzzTest {
  private static final int ROUNDS = 250;
  private static final String RESOURCE = "a1edfca0-4393-4fda-b94d-b05a3a1b3747";

  private static final List<String> PIECES =
      List.of(
          "\"",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "null",
          "true",
          "NaN",
          "-Infinity",
          "1e999",
          "-1",
          "\\u0000",
          "\\ud800",
          "\"\"",
          "{}",
          "[]",
          "[[[[[[[[",
          "{\"a\":{\"a\":",
          "\"value\":",
          "\"timestamp\":",
          "99999999999999999999",
          "\"2015-13-45T99:99:99\"",
          "\"now\"",
          "\"m\":",
          "\"measures\":",
          "\"like\":",
          "\"and\":",
          "/*",
          "\u00e4",
          "'");

  private static NodeUnderTest node;
  private static String metric = "";

  @BeforeAll
  static void start() throws Exception {
    node = new NodeUnderTest();
    metric = node.create("{'archive_policy_name': 'cookies'}");
    Answer created = node.send("POST", "/resource/generic", "{'id': '" + RESOURCE + "'}", FOOBAR);
    assertThat(created.status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/metric/METRIC/measures | [{'timestamp': '2015-03-06T14:33:57', 'value': 43.1},"
            + " {'value': 12, 'timestamp': 1425652440}]",
        "/batch/metrics/measures | {'METRIC': [{'timestamp': '2015-03-06T14:34:12.5Z',"
            + " 'value': -1e3}, {'timestamp': '2015-03-06T14:35:00', 'value': 1}]}",
        "/batch/resources/metrics/measures?create_metrics=true | {'RESOURCE': {'cpu': ["
            + "{'timestamp': '2015-03-06T14:34:12', 'value': 12}], 'disk':"
            + " {'archive_policy_name': 'cookies', 'unit': 'B', 'measures': [{'timestamp':"
            + " '2015-03-06T14:34:12', 'value': 12}]}}}",
        "/metric | {'archive_policy_name': 'cookies', 'name': 'n', 'unit': 'B',"
            + " 'resource_id': 'RESOURCE'}",
        "/resource/generic | {'id': 'r', 'started_at': '2014-01-03T02:02:02', 'metrics':"
            + " {'cpu': {'archive_policy_name': 'cookies'}, 'm': 'METRIC'}}",
        "/resource_type | {'name': 't', 'attributes': {'a': {'type': 'string', 'min_length': 2,"
            + " 'max_length': 9, 'required': true}, 'n': {'type': 'number', 'min': 0}}}",
        "/archive_policy | {'name': 'p', 'definition': [{'granularity': '1s', 'points': 60},"
            + " {'timespan': '1 hour', 'granularity': 60}], 'aggregation_methods': ['mean'],"
            + " 'back_window': 1}",
        "/archive_policy_rule | {'name': 'r', 'metric_pattern': 'disk.*',"
            + " 'archive_policy_name': 'cookies'}",
        "/search/resource/generic | {'and': [{'=': {'id': 'RESOURCE'}}, {'not': {'like':"
            + " {'user_id': '%a'}}}, {'in': {'project_id': ['a', 'b']}}]}",
        "/search/metric?metric_id=METRIC | {'or': [{'>': 4}, {'and': [{'<=': 9}, {'%': 2}]}]}"
      })
  void damagedBodies_areTakenOrRefused(String path, String body) throws Exception {
    byte[] right = named(body).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      byte[] damaged = damaged(right, new SplittableRandom(seed));
      Answer answer = node.send("POST", named(path), damaged, ADMIN);
      assertThat(answer.status())
          .as("seed %d: %s: %s", seed, new String(damaged, StandardCharsets.UTF_8), answer.body())
          .isBetween(200, 499);
      refused += answer.status() >= 400 ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(ROUNDS / 4);
  }

  @Test
  void measures_afterBodiesThatEndTooSoon_areStored() throws Exception {
    String fresh = node.create("{'archive_policy_name': 'cookies'}");
    byte[] right =
        ("{\"" + fresh + "\": [{\"timestamp\": \"2015-03-06T14:33:57\", \"value\": 43.5}]}")
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < right.length; length++) {
      byte[] cut = Arrays.copyOf(right, length);
      assertThat(node.send("POST", "/batch/metrics/measures", cut, FOOBAR).status()).isEqualTo(400);
    }
    assertThat(node.send("GET", "/metric/" + fresh + "/measures?refresh=true", "", FOOBAR).list())
        .isEmpty();

    assertThat(node.send("POST", "/batch/metrics/measures", right, FOOBAR).status()).isEqualTo(202);
    assertThat(
            node.send(
                    "GET", "/metric/" + fresh + "/measures?refresh=true&granularity=1", "", FOOBAR)
                .body())
        .isEqualTo("[[\"2015-03-06T14:33:57+00:00\", 1.0, 43.5]]");
  }

  private static String named(String text) {
    return text.replace("METRIC", metric).replace("RESOURCE", RESOURCE);
  }

  /** One to four changes: a byte, a piece put in, a part cut out or doubled, the end cut off. */
  private static byte[] damaged(byte[] right, SplittableRandom random) {
    byte[] bytes = right;
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      byte[] end = Arrays.copyOfRange(bytes, to, bytes.length);
      byte[] middle =
          switch (random.nextInt(5)) {
            case 0 -> new byte[] {(byte) random.nextInt(256)};
            case 1 -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
            case 2 ->
                join(Arrays.copyOfRange(bytes, from, to), Arrays.copyOfRange(bytes, from, to));
            case 3 -> new byte[0];
            default -> {
              end = new byte[0];
              yield new byte[0];
            }
          };
      bytes = join(join(Arrays.copyOf(bytes, from), middle), end);
    }
    return bytes;
  }

  private static byte[] join(byte[] some, byte[] others) {
    byte[] all = Arrays.copyOf(some, some.length + others.length);
    System.arraycopy(others, 0, all, some.length, others.length);
    return all;
  }
}
