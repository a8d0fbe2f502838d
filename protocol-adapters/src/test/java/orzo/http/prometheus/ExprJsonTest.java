package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.promql.syntax.PromQlParser;

class ExprJsonTest {
  private static String json(String query) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(out);
    ExprJson.write(json, PromQlParser.parse(query));
    json.drain();
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5m | {'type':'numberLiteral','val':'300'}",
        "-Inf | {'type':'numberLiteral','val':'-Inf'}",
        "(2) | {'expr':{'type':'numberLiteral','val':'2'},'type':'parenExpr'}",
        "-(2) | {'expr':{'expr':{'type':'numberLiteral','val':'2'},'type':'parenExpr'},"
            + "'op':'-','type':'unaryExpr'}",
        "time() | {'args':[],'func':{'argTypes':[],'name':'time','returnType':'scalar',"
            + "'variadic':0},'type':'call'}",
        "up | {'anchored':false,'matchers':[{'name':'__name__','type':'=','value':'up'}],"
            + "'name':'up','offset':0,'offsetExpr':null,'smoothed':false,'startOrEnd':null,"
            + "'timestamp':null,'type':'vectorSelector'}",
      })
  void leaf_isWritten(String query, String expected) throws IOException {
    assertThat(json(query).replace('"', '\'')).isEqualTo(expected);
  }

  @Test
  void binary_hasMatchingBetweenVectorsOnly() throws IOException {
    assertThat(json("a + on(x) group_left(y) fill_left(0.5) b"))
        .startsWith("{\"bool\":false,\"lhs\":{\"anchored\"")
        .contains(
            "\"matching\":{\"card\":\"many-to-one\",\"fillValues\":{\"lhs\":0.5,\"rhs\":null},"
                + "\"include\":[\"y\"],\"labels\":[\"x\"],\"on\":true},\"op\":\"+\",\"rhs\":{")
        .endsWith(",\"type\":\"binaryExpr\"}");
    assertThat(json("a > bool 1"))
        .startsWith("{\"bool\":true,")
        .contains("\"matching\":null,\"op\":\">\"");
    assertThat(json("a and b")).contains("\"card\":\"many-to-many\"");
  }

  @Test
  void aggregation_hasItsParameter() throws IOException {
    assertThat(json("topk without (job, hall) (3, a)"))
        .endsWith(
            ",\"grouping\":[\"job\",\"hall\"],\"op\":\"topk\","
                + "\"param\":{\"type\":\"numberLiteral\",\"val\":\"3\"},"
                + "\"type\":\"aggregation\",\"without\":true}");
    assertThat(json("sum(a)")).contains("\"grouping\":[],\"op\":\"sum\",\"param\":null");
  }

  @Test
  void range_isWholeMilliseconds_orAnExpression() throws IOException {
    assertThat(json("a[1.5] anchored offset -1m @ 2"))
        .contains(
            "{\"anchored\":true,",
            "\"offset\":-60000,\"offsetExpr\":null,\"range\":1500,\"rangeExpr\":null,"
                + "\"smoothed\":false,\"startOrEnd\":null,\"timestamp\":2000,"
                + "\"type\":\"matrixSelector\"}");
    assertThat(json("a[(step() * 2)]"))
        .contains(
            "\"range\":0,\"rangeExpr\":{\"lhs\":{\"lhs\":null,\"op\":\"step\",\"rhs\":null,"
                + "\"type\":\"durationExpr\",\"wrapped\":false},\"op\":\"*\",\"rhs\":"
                + "{\"duration\":false,\"type\":\"numberLiteral\",\"val\":\"2\"},"
                + "\"type\":\"durationExpr\",\"wrapped\":true}");
    assertThat(json("a[(5m)]"))
        .contains(
            "\"rangeExpr\":{\"lhs\":null,\"op\":\"+\",\"rhs\":{\"duration\":true,"
                + "\"type\":\"numberLiteral\",\"val\":\"300\"},\"type\":\"durationExpr\","
                + "\"wrapped\":true}");
    assertThat(json("a[-min_of(1m, range())]"))
        .contains("\"op\":\"-\",\"rhs\":{\"lhs\":{", "\"op\":\"min_of\"", "\"op\":\"range\"");
  }

  @Test
  void subquery_hasAStepOfZeroWithoutOne() throws IOException {
    assertThat(json("a[5m:] @ end()"))
        .endsWith(
            ",\"offset\":0,\"offsetExpr\":null,\"range\":300000,\"rangeExpr\":null,"
                + "\"startOrEnd\":\"end\",\"step\":0,\"stepExpr\":null,\"timestamp\":null,"
                + "\"type\":\"subquery\"}");
    assertThat(json("a[5m:30s]")).contains("\"step\":30000,\"stepExpr\":null");
  }
}
