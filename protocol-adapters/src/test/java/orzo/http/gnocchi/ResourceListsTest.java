package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.gnocchi.ResourcesUnderTest.Answer;

/** Lists and searches of resources; none of these tests changes anything. */
class ResourceListsTest {
  private static final ResourcesUnderTest API = new ResourcesUnderTest();
  private static final String A = "a1edfca0-4393-4fda-b94d-b05a3a1b3747";
  private static final String B = "b1edfca0-4393-4fda-b94d-b05a3a1b3747";
  private static final String C = "01edfca0-4393-4fda-b94d-b05a3a1b3747";

  @BeforeAll
  static void create() throws Exception {
    API.send(
        "admin",
        "POST",
        "/resource_type",
        "{'name': 'host', 'attributes': {"
            + "'name': {'type': 'string', 'required': false},"
            + "'size': {'type': 'number', 'required': false},"
            + "'owner': {'type': 'uuid', 'required': false},"
            + "'up': {'type': 'bool', 'required': false},"
            + "'at': {'type': 'datetime', 'required': false}}}");
    API.post(
        "/resource/host",
        "{'id': '"
            + A
            + "', 'name': 'web-1', 'size': 1, 'up': true, 'project_id': 'p',"
            + " 'started_at': '2014-01-03', 'ended_at': '2014-01-04', 'owner': '"
            + A
            + "'}");
    API.post(
        "/resource/host",
        "{'id': '"
            + B
            + "', 'name': 'web_2', 'size': 2.5, 'up': false,"
            + " 'at': '2020-01-01T00:00:00Z', 'started_at': '2014-01-02'}");
    API.send(
        "you",
        "POST",
        "/resource/generic",
        "{'id': '" + C + "', 'user_id': '3.0', 'started_at': '2014-01-01'}");
    API.patch("/resource/host/" + B, "{'name': 'db'}");
    API.patch("/resource/host/" + B, "{'name': 'db', 'size': 4}");
  }

  @AfterAll
  static void stop() {
    API.close();
  }

  private static String letters(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    StringBuilder letters = new StringBuilder();
    for (String id : answer.each("id")) {
      letters.append(id.equals(A) ? 'A' : id.equals(B) ? 'B' : 'C');
    }
    return letters.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name = 'web-1' | A",
        "name != 'web-1' | B",
        "name like 'web%' | A",
        "not name like 'web%' | B",
        "name in ['db', nothing] | B",
        "not name in ['db', nothing] | A",
        "size > 1 | B",
        "size ≥ 1 | AB",
        "size le '1' | A",
        "up = true | A",
        "up = false | B",
        "up != null and size < 9 | AB",
        "at = null | A",
        "at >= '2020-01-01' | B",
        "at < 1577836801 | B",
        "owner = " + A + " | A",
        "owner = null | B",
        "id = " + B + " | B",
        "id in [" + A + ", " + B + ", cd9eef] | AB",
        "started_at <= '2014-01-02' | B",
        "ended_at = null | B",
        "lifespan >= '1 day' | A",
        "lifespan < 86400 | ``",
        "creator = me | AB",
        "creator like 'm%' | AB",
        "created_by_user_id = me | ``",
        "created_by_project_id != x | AB",
        "project_id = p or name = db | AB",
        "project_id != p | B",
        "(project_id = p or name = db) and not size = 4 | A",
        "type = host | AB",
        "original_resource_id like 'a1%' | A"
      })
  void search_byText_finds(String filter, String expected) throws Exception {
    String query = URLEncoder.encode(filter, StandardCharsets.UTF_8);

    assertThat(letters(API.post("/search/resource/host?sort=id&filter=" + query, "")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | CAB",
        "{'=': {'id': '" + C + "'}} | C",
        "{'==': {'user_id': '3.0'}} | C",
        "{'eq': {'user_id': 3.0}} | C",
        "{'not': {'eq': {'user_id': '3.0'}}} | ``",
        "{'ne': {'user_id': '3.0'}} | AB",
        "{'and': [{'=': {'creator': 'you'}}, {'<': {'started_at': '2014-02-01'}}]} | C",
        "{'∧': [{'=': {'creator': 'me'}}, {'≠': {'project_id': 'p'}}]} | B",
        "{'∨': [{'=': {'creator': 'you'}}, {'=': {'project_id': 'p'}}]} | CA",
        "{'in': {'creator': ['you', null]}} | C",
        "{'=': {'creator': null}} | ``"
      })
  void search_byJson_findsOfAllTypes(String filter, String expected) throws Exception {
    assertThat(letters(API.post("/search/resource/generic?sort=id", filter))).isEqualTo(expected);
  }

  @Test
  void search_ofHistory_findsStatesThatAreOver() throws Exception {
    Answer answer =
        API.post(
            "/search/resource/host?history=true&sort=revision_end:asc-nullslast",
            "{'=': {'id': '" + B + "'}}");
    assertThat(answer.each("name")).containsExactly("web_2", "db", "db");
    assertThat(answer.each("size")).containsExactly("2.5", "2.5", "4.0");
    assertThat(answer.list().getJsonObject(0).containsKey("revision")).isFalse();

    assertThat(API.post("/search/resource/host?history=true", "{'=': {'name': 'web_2'}}").list())
        .hasSize(1);
    assertThat(
            API.post("/search/resource/host?history=true", "{'=': {'revision_end': null}}").list())
        .hasSize(2);
    assertThat(API.post("/search/resource/host?history=true", "{'<': {'revision': 2}}").list())
        .hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'and': {'a': 'b'}} | expected a list for dictionary value @ data['and'] | ['and']",
        "{'and': []} | length of value must be at least 1 for dictionary value @ data['and']"
            + " | ['and']",
        "{'and': [3]} | expected a dictionary @ data['and'][0] | ['and','0']",
        "{'like': {'id': 'fa%'}} | value must not be one of ['id'] @ data['like']['id']"
            + " | ['like','id']",
        "{'ne': {'project_id': ['a']}} | expected str for dictionary value"
            + " @ data['ne']['project_id'] | ['ne','project_id']",
        "{'not': [{'a': 'b'}]} | expected a dictionary for dictionary value @ data['not']"
            + " | ['not']",
        "{'in': {'id': []}} | length of value must be at least 1 for dictionary value"
            + " @ data['in']['id'] | ['in','id']",
        "{'in': {'name': 'a'}} | expected a list for dictionary value @ data['in']['name']"
            + " | ['in','name']",
        "{'in': {'name': [['a']]}} | expected str @ data['in']['name'][0] | ['in','name','0']",
        "{'in': {}} | length of value must be at least 1 for dictionary value @ data['in']"
            + " | ['in']",
        "{'=': {'a': 1, 'b': 2}} | length of value must be at most 1 for dictionary value"
            + " @ data['='] | ['=']",
        "{'=': 'a'} | expected a dictionary for dictionary value @ data['='] | ['=']",
        "{'a': {}, 'b': {}} | length of value must be at most 1 | []",
        "{'what': {}} | extra keys not allowed @ data['what'] | ['what']",
        "{'not': {'what': {}}} | extra keys not allowed @ data['not']['what'] | ['not','what']",
        "[] | expected a dictionary | []"
      })
  void search_malformed_isRefused(String filter, String reason, String detail) throws Exception {
    Answer answer = API.post("/search/resource/host", filter);

    assertThat(answer.status()).isEqualTo(400);
    JsonObject description = answer.json().getJsonObject("description");
    assertThat(description.getString("cause")).isEqualTo("Invalid input");
    assertThat(description.getString("reason")).isEqualTo(reason);
    assertThat(description.getJsonArray("detail").encode()).isEqualTo(detail.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'=': {'what': 1}} | Resource type host has no what attribute",
        "{'=': {'revision_end': null}} | Resource type host has no revision_end attribute",
        "{'=': {'size': 'big'}} | Invalid value: `big' for field `size'",
        "{'=': {'up': 'perhaps'}} | Invalid value: `perhaps' for field `up'",
        "{'=': {'owner': 'me'}} | Invalid value: `me' for field `owner'",
        "{'in': {'at': ['then']}} | Invalid value: `then' for field `at'",
        "{'like': {'size': '1%'}} | Invalid value: `1%' for field `size'",
        "{'like': {'name': null}} | Invalid value: `None' for field `name'",
        "{'=': {'lifespan': 'long'}} | Invalid value: `long' for field `lifespan'",
        "{'like': {'lifespan': 3}} | Invalid value: `3' for field `lifespan'",
        "{'<': {'created_by_user_id': true}} | Invalid value: `True' for field"
            + " `created_by_user_id'",
        "{'not': {}} | Unable to parse this query"
      })
  void search_senseless_isRefused(String filter, String message) throws Exception {
    Answer answer = API.post("/search/resource/host", filter);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("description")).isEqualTo(message);
  }

  @Test
  void search_whereNothingIs_isMissing() throws Exception {
    assertThat(API.post("/search/resource/nothing", "{}").status()).isEqualTo(404);
    assertThat(API.get("/search/nothing").status()).isEqualTo(404);
    Answer text = API.post("/search/resource/generic?filter=id%20%3D%3D%20foobar", "");
    assertThat(text.status()).isEqualTo(400);
    assertThat(text.json().getString("description"))
        .isEqualTo("Invalid filter: Expected a value, found '='  (at char 4), (line:1, col:5)");
  }

  @Test
  void list_isSortedAndPaged() throws Exception {
    assertThat(letters(API.get("/resource/generic"))).isEqualTo("ACB");
    assertThat(letters(API.get("/resource/generic?sort=id"))).isEqualTo("CAB");
    assertThat(letters(API.get("/resource/generic?sort=started_at:desc"))).isEqualTo("ABC");
    assertThat(letters(API.get("/resource/generic?sort=ended_at:asc&sort=id:desc")))
        .isEqualTo("ABC");
    assertThat(letters(API.get("/resource/generic?sort=ended_at:desc&sort=id"))).isEqualTo("CBA");
    assertThat(letters(API.get("/resource/generic?sort=ended_at:asc-nullsfirst&sort=id")))
        .isEqualTo("CBA");
    assertThat(letters(API.get("/resource/generic?sort=id&marker=" + A))).isEqualTo("B");
    assertThat(letters(API.get("/resource/generic?sort=id&marker=" + B))).isEmpty();

    Answer page = API.get("/resource/generic?limit=2&sort=id:asc");
    assertThat(letters(page)).isEqualTo("CA");
    assertThat(page.header("Link"))
        .isEqualTo(
            "<"
                + API.origin()
                + "/v1/resource/generic?limit=2&marker="
                + A
                + "&sort=id%3Aasc>; rel=\"next\"");
    assertThat(API.get("/resource/generic").header("Link")).isEmpty();
    Answer first = API.get("/resource/generic?history=true&sort=id&limit=4");
    assertThat(first.header("Link")).contains("marker=" + B + "%401");
    assertThat(API.get("/resource/generic?history=true&sort=id&marker=" + B + "@1").list())
        .hasSize(1);
    assertThat(API.get("/resource/generic?attrs=id&attrs=type&attrs=x").list().getJsonObject(0))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "sort=what:asc | Invalid pagination: `Sort key supplied is invalid: what'",
        "sort=id:up | Invalid pagination: `Unknown sort direction, must be one of: asc-nullsfirst,"
            + " asc-nullslast, desc-nullsfirst, desc-nullslast'",
        "marker=d44b3f4c-27bc-4ace-b81c-2a8e60026874 | Invalid pagination: `Invalid marker:"
            + " `d44b3f4c-27bc-4ace-b81c-2a8e60026874''",
        "marker=x | Invalid pagination: `Invalid marker: `x''",
        "history=maybe | Unable to parse `history': Unrecognized value 'maybe', acceptable values"
            + " are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
      })
  void list_withSenselessParameters_isRefused(String query, String message) throws Exception {
    Answer answer = API.get("/resource/generic?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("description")).isEqualTo(message);
  }

  @Test
  void list_withALimitThatIsNone_isRefused() throws Exception {
    for (String limit : List.of("-2", "0", "x", "1.5", "")) {
      Answer answer = API.get("/resource/generic?limit=" + limit);
      assertThat(answer.status()).as(limit).isEqualTo(400);
      assertThat(answer.json().getJsonObject("description").getString("cause"))
          .isEqualTo("Argument value error");
    }
    assertThat(API.get("/resource/generic?limit=1000000").list()).hasSize(3);
  }
}
