package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAR;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAZ;

import io.vertx.core.json.JsonArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.gnocchi.NodeUnderTest.Answer;

/** Metrics by their values: {@code POST /v1/search/metric}. */
class MetricSearchTest {
  private NodeUnderTest node;
  private String metric;

  @BeforeEach
  void start() throws Exception {
    node = new NodeUnderTest();
    metric = node.create("{'archive_policy_name': 'cookies'}");
    Answer pushed =
        node.send(
            "POST",
            "/metric/" + metric + "/measures",
            "[{'timestamp': '2015-03-06T14:33:57', 'value': 43.1},"
                + " {'timestamp': '2015-03-06T14:34:12', 'value': 12},"
                + " {'timestamp': '2015-03-06T14:34:15', 'value': -16}]",
            FOOBAR);
    assertThat(pushed.status()).isEqualTo(202);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Answer search(String parameters, String filter) throws Exception {
    return node.send("POST", "/search/metric?metric_id=" + metric + parameters, filter, FOOBAR);
  }

  private List<String> found(String parameters, String filter) throws Exception {
    Answer answer = search(parameters, filter);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().getJsonArray(metric).stream().map(Object::toString).toList();
  }

  @Test
  void search_ofAllGranularities_listsTheCoarsestFirst() throws Exception {
    assertThat(found("", "{'<': 0}"))
        .containsExactly(
            "[\"2015-03-06T14:34:00+00:00\",60.0,-2.0]",
            "[\"2015-03-06T14:34:15+00:00\",1.0,-16.0]");
  }

  @Test
  void search_ofOneGranularityMethodAndRange_readsThese() throws Exception {
    assertThat(found("&granularity=60&aggregation=max", "{'>=': 12}"))
        .containsExactly(
            "[\"2015-03-06T14:33:00+00:00\",60.0,43.1]",
            "[\"2015-03-06T14:34:00+00:00\",60.0,12.0]");
    assertThat(found("&granularity=1&start=2015-03-06T14:34:12", "{'>': -100}")).hasSize(2);
    assertThat(found("&granularity=1&stop=2015-03-06T14:34:12", "{'>': -100}")).hasSize(1);
    assertThat(found("&aggregation=rate:mean", "{'>': -100}"))
        .as("a method that the policy lacks")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'=': 12} | 12.0",
        "{'eq': 12} | 12.0",
        "{'!=': 12} | 43.1 -16.0",
        "{'≠': 12} | 43.1 -16.0",
        "{'>': 12} | 43.1",
        "{'≥': 12} | 43.1 12.0",
        "{'le': 12} | 12.0 -16.0",
        "{'and': [{'>': 0}, {'<': 20}]} | 12.0",
        "{'∧': [{'>': 0}, {'<': 20}]} | 12.0",
        "{'or': [{'>': 40}, {'<': 0}]} | 43.1 -16.0",
        "{'∨': [{'>': 40}, {'<': 0}]} | 43.1 -16.0",
        "{'not': [{'>': 0}]} | -16.0",
        "{'and': [{'or': [{'=': 12}, {'=': -16}]}, {'>': 0}]} | 12.0",
        "{'=': [{'%': 5}, 4]} | -16.0",
        "{'=': [{'mod': 0}, 4]} |",
        "{'=': [{'+': 2}, 14]} | 12.0",
        "{'=': [{'-': 2}, 10]} | 12.0",
        "{'=': [{'×': 2}, 24]} | 12.0",
        "{'=': [{'÷': 3}, 4]} | 12.0",
        "{'=': [{'^': 2}, 256]} | -16.0",
        "{'<': [{'+': 1}, {'*': 2}]} | 43.1 12.0",
        "{'<': [1, 2]} | 43.1 12.0 -16.0",
        "{'and': []} | 43.1 12.0 -16.0",
        "{'or': []} |",
        "{'=': true} |",
      })
  void search_takesValuesThatTheFilterTakes(String filter, String values) throws Exception {
    List<String> expected = values == null ? List.of() : List.of(values.split(" ", -1));
    assertThat(
            search("&granularity=1", filter).json().getJsonArray(metric).stream()
                .map(one -> String.valueOf(((JsonArray) one).getDouble(2))))
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | length of value must be at least 1",
        "{'=': 1, '<': 2} | length of value must be at most 1",
        "{'like': 1} | extra keys not allowed @ data['like']",
        "{'=': '12'} | expected float for dictionary value @ data['=']",
        "{'=': null} | expected float for dictionary value @ data['=']",
        "{'=': [1]} | expected float for dictionary value @ data['=']",
        "{'=': ['a', 1]} | expected float @ data['='][0]",
        "{'=': [{'and': []}, 1]} | extra keys not allowed @ data['='][0]['and']",
        "{'and': {'=': 1}} | expected a list for dictionary value @ data['and']",
        "{'and': [1]} | expected a dictionary @ data['and'][0]",
        "[] | expected a dictionary",
      })
  void search_byWhatIsNoFilter_is400(String filter, String reason) throws Exception {
    Answer refused = search("", filter);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo(reason);
  }

  @Test
  void search_byADeepFilter_is400() throws Exception {
    Answer refused = search("", "{'and': [".repeat(60) + "{'=': 1}" + "]}".repeat(60));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).startsWith("nested more than 50 times");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "&start=x | Invalid value for start",
        "&stop=x | Invalid value for stop",
      })
  void search_inNoRange_is400(String parameters, String description) throws Exception {
    Answer refused = search(parameters, "{'=': 1}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("description")).isEqualTo(description);
  }

  @Test
  void search_ofAGranularityThatThePolicyLacks_is400() throws Exception {
    Answer refused = search("&granularity=7", "{'=': 1}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getJsonObject("description").encode())
        .isEqualTo(
            "{\"cause\":\"Aggregation does not exist\","
                + "\"detail\":{\"granularity\":7.0,\"aggregation_method\":\"mean\"}}");
    assertThat(search("&granularity=x", "{'=': 1}").status()).isEqualTo(400);
  }

  @Test
  void search_ofAMetricWithoutMeasures_is400() throws Exception {
    String empty = node.create("{'archive_policy_name': 'cookies'}");
    Answer refused = node.send("POST", "/search/metric?metric_id=" + empty, "{'=': 1}", FOOBAR);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Metric does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?metric_id=x"})
  void search_ofNoMetric_is400(String parameters) throws Exception {
    assertThat(node.send("POST", "/search/metric" + parameters, "{'=': 1}", FOOBAR).status())
        .isEqualTo(400);
  }

  @Test
  void search_ofAMetricThatIsNotThere_findsNothing() throws Exception {
    Answer answer =
        node.send(
            "POST",
            "/search/metric?metric_id=00000000-0000-4000-8000-000000000001",
            "{'=': 1}",
            FOOBAR);

    assertThat(answer.body()).isEqualTo("{}");
  }

  @Test
  void search_withoutAFilter_is400() throws Exception {
    Answer refused = search("", "");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("description")).isEqualTo("No query specified in body");
  }

  @Test
  void search_inSomebodyElsesMetric_is403() throws Exception {
    Answer refused = node.send("POST", "/search/metric?metric_id=" + metric, "{'=': 1}", FOOBAZ);

    assertThat(refused.status()).isEqualTo(403);
  }
}
