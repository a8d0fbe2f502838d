package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.http.gnocchi.NodeUnderTest.ADMIN;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAR;
import static orzo.http.gnocchi.NodeUnderTest.FOOBAZ;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.http.gnocchi.NodeUnderTest.Answer;
import orzo.intake.Protocol;
import orzo.intake.Rejection;

/** InfluxDB's requests: {@code /v1/influxdb}. */
class InfluxApiTest {
  private NodeUnderTest node;

  @BeforeEach
  void start() throws Exception {
    node = new NodeUnderTest();
    node.send(
        "POST",
        "/archive_policy_rule",
        "{'name': 'all', 'metric_pattern': '*', 'archive_policy_name': 'cookies'}",
        ADMIN);
    assertThat(query("create database influxdb", ADMIN).status()).isEqualTo(204);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Answer query(String query, String user) throws Exception {
    String encoded = query.replace(" ", "%20").replace("\"", "%22");
    return node.send("POST", "/influxdb/query?q=" + encoded, "", user);
  }

  private Answer write(String lines, String... headers) throws Exception {
    return node.send("POST", "/influxdb/write?db=influxdb", lines, FOOBAR, headers);
  }

  private Answer get(String path) throws Exception {
    return node.send("GET", path, "", FOOBAR);
  }

  @Test
  void ping_tellsTheVersion_toAnybody() throws Exception {
    Answer pong = node.send("GET", "/influxdb/ping", "", "");

    assertThat(pong.status()).isEqualTo(204);
    assertThat(pong.header("X-Influxdb-Version")).startsWith("Gnocchi 4");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE DATABASE one, one",
    "create database one;, one",
    "create database \"two words\", two words",
    "create database one with duration 3d, one",
    "create database influxdb, influxdb", // is there
  })
  void query_toCreateADatabase_createsAResourceType(String query, String type) throws Exception {
    assertThat(query(query, ADMIN).status()).isEqualTo(204);

    Answer shown = get("/resource_type/" + type.replace(" ", "%20"));
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json().getJsonObject("attributes")).isEmpty();
  }

  @Test
  void query_inAForm_isTakenFromThere() throws Exception {
    Answer created =
        node.send(
            "POST",
            "/influxdb/query",
            "q=create+database+formed",
            ADMIN,
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(created.status()).isEqualTo(204);
    assertThat(get("/resource_type/formed").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"select * from m", "", "create database", "create database 5"})
  void query_forAnythingElse_is501(String query) throws Exception {
    Answer refused = query(query, ADMIN);

    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.reason()).isEqualTo("Query not implemented");
  }

  @Test
  void query_byOneWhoMayNotCreateTypes_is403() throws Exception {
    assertThat(query("create database mine", FOOBAR).status()).isEqualTo(403);
    assertThat(node.send("POST", "/influxdb/query?q=create%20database%20x", "", "").status())
        .isEqualTo(401);
  }

  @Test
  void write_createsResourcesAndMetrics_ofTagsAndFields() throws Exception {
    Answer written =
        write(
            """
            cpu,host=a load=0.5,cores=4i,name='x' 1425652440000000000
            # a comment

            cpu,host=a load=1.5 1425652441000000000\r
            disk/io,host=b\\ c,path=/,az=z read=7 1425652441000000000
            cpu,host=a up=true
            """);

    assertThat(written.status()).as(written.body()).isEqualTo(204);
    assertThat(get("/resource/influxdb/a").json().getJsonObject("metrics").fieldNames())
        .isEqualTo(Set.of("cpu.load", "cpu.cores"));
    assertThat(get("/resource/influxdb/b%20c").json().getJsonObject("metrics").fieldNames())
        .isEqualTo(Set.of("disk_io.read@az=z,path=_"));
    assertThat(get("/resource/influxdb/a/metric/cpu.load/measures?granularity=1").list().toString())
        .isEqualTo(
            "[[\"2015-03-06T14:34:00+00:00\",1.0,0.5],[\"2015-03-06T14:34:01+00:00\",1.0,1.5]]");
    assertThat(node.counters.accepted(Protocol.INFLUXDB)).isEqualTo(4);
  }

  @Test
  void write_again_takesTheSameMetric_andOthersHaveTheirOwn() throws Exception {
    String line = "cpu,host=a load=0.5 1425652440000000000";
    assertThat(write(line).status()).isEqualTo(204);
    String id = get("/resource/influxdb/a").json().getJsonObject("metrics").getString("cpu.load");

    assertThat(write(line).status()).isEqualTo(204);
    assertThat(node.send("POST", "/influxdb/write", line, FOOBAZ).status()).isEqualTo(204);

    assertThat(get("/resource/influxdb").list()).hasSize(2);
    assertThat(get("/resource/influxdb/a").json().getJsonObject("metrics").getString("cpu.load"))
        .isEqualTo(id);
  }

  @Test
  void write_withATagOfItsOwn_namesResourcesByThat() throws Exception {
    Answer written = write("m,vm=v1,host=h x=1", "X-Gnocchi-InfluxDB-Tag-Resource-ID", "vm");

    assertThat(written.status()).isEqualTo(204);
    assertThat(get("/resource/influxdb/v1").json().getJsonObject("metrics").fieldNames())
        .isEqualTo(Set.of("m.x@host=h"));
  }

  @Test
  void write_inAnotherPrecision_readsTimestampsSo() throws Exception {
    Answer written =
        node.send(
            "POST", "/influxdb/write?db=influxdb&precision=s", "m,host=h x=1 1425652440", FOOBAR);

    assertThat(written.status()).isEqualTo(204);
    assertThat(get("/resource/influxdb/h/metric/m.x/measures?granularity=60").list().toString())
        .isEqualTo("[[\"2015-03-06T14:34:00+00:00\",60.0,1.0]]");
    assertThat(node.send("POST", "/influxdb/write?precision=d", "m,host=h x=1 1", FOOBAR).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "m | Unable to parse line 1",
        "m,host=h | Unable to parse line 1",
        "m,host= x=1 | Unable to parse line 1",
        "m, host=h x=1 | Unable to parse line 1",
        ",host=h x=1 | Unable to parse line 1",
        "m,host=h  x=1 | Unable to parse line 1",
        "m,host=h x= 1 | Unable to parse line 1",
        "m,host=h x=one | Unable to parse line 1",
        "m,host=h x='open | Unable to parse line 1",
        "m,host=h x=1 -5 | Unable to parse line 1",
        "m,host=h x=1 99999999999999999999 | Unable to parse line 1",
        "m,host=h x=1 5 6 | Unable to parse line 1",
        "m x=1 | Unable to find key `host' in tags",
        "m,host=a/b x=1 | '/' is not supported in resource id",
      })
  void write_ofWhatIsNoLine_is400_andStoresNothing(String line, String reason) throws Exception {
    Answer refused = write(line);

    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(node.counters.rejected(Protocol.INFLUXDB, Rejection.MALFORMED)).isEqualTo(1);
    assertThat(get("/resource/influxdb").list()).isEmpty();
  }

  @Test
  void write_ofABadLineAmongGoodOnes_tellsItsNumberAndPlace() throws Exception {
    Answer refused = write("m,host=h x=1\n\nm,host=h x");

    assertThat(refused.reason()).isEqualTo("Unable to parse line 3");
    assertThat(refused.json().getJsonObject("description").getString("explanation"))
        .isEqualTo("line 3: character 11 (expected: '=')");
  }

  @Test
  void write_toADatabaseThatIsNotThere_is404() throws Exception {
    Answer refused = node.send("POST", "/influxdb/write?db=nowhere", "m,host=h x=1", FOOBAR);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(node.counters.rejected(Protocol.INFLUXDB, Rejection.MALFORMED)).isEqualTo(1);
  }

  @Test
  void write_toAResourceOfAnotherType_is409() throws Exception {
    write("m,host=h x=1");
    query("create database other", ADMIN);

    assertThat(node.send("POST", "/influxdb/write?db=other", "m,host=h x=1", FOOBAR).status())
        .isEqualTo(409);
    assertThat(node.send("POST", "/influxdb/write?db=generic", "m,host=h x=1", FOOBAR).status())
        .isEqualTo(204);
  }

  @Test
  void write_toAResourceOfSomebodyElse_is403() throws Exception {
    String line = "m,host=c6a5e2b0-8a0f-4d34-a5ae-0c2b3c9c1f11 x=1";
    assertThat(write(line).status()).isEqualTo(204);

    assertThat(node.send("POST", "/influxdb/write", line.replace("x=", "y="), FOOBAZ).status())
        .isEqualTo(403);
    assertThat(node.send("POST", "/influxdb/write", line, FOOBAZ).status()).isEqualTo(403);
    assertThat(node.send("POST", "/influxdb/write", line, "").status()).isEqualTo(401);
  }

  @Test
  void write_withoutARuleForTheMetric_is400() throws Exception {
    node.send("DELETE", "/archive_policy_rule/all", "", ADMIN);

    Answer refused = write("m,host=h x=1");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("description"))
        .isEqualTo(
            "No archive policy name specified and no archive policy rule found matching the metric"
                + " name m.x");
  }

  @Test
  void write_ofNothing_is204() throws Exception {
    assertThat(write("").status()).isEqualTo(204);
    assertThat(write("\n\n").status()).isEqualTo(204);
    assertThat(write("m,host=h s='text'").status()).isEqualTo(204);
    assertThat(get("/resource/influxdb").list()).isEmpty();
  }
}
