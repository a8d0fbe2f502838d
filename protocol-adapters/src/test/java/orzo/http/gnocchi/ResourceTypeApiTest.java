package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.http.gnocchi.ResourcesUnderTest.Answer;

class ResourceTypeApiTest {
  private static final String PATCH_TYPE = "application/json-patch+json";
  private static final String HOST =
      "{'name': 'host', 'attributes': {"
          + "'name': {'type': 'string', 'max_length': 5, 'min_length': 2},"
          + "'note': {'type': 'string', 'required': false},"
          + "'owner': {'type': 'uuid', 'required': false},"
          + "'size': {'type': 'number', 'required': false, 'min': -2, 'max': 3.5},"
          + "'up': {'type': 'bool', 'required': false},"
          + "'at': {'type': 'datetime', 'required': false}}}";
  private static final String ID = "d11edfca-4393-4fda-b94d-b05a3a1b3747";

  private final ResourcesUnderTest api = new ResourcesUnderTest();

  @AfterEach
  void stop() {
    api.close();
  }

  private Answer admin(String method, String path, String body, String... headers)
      throws Exception {
    return api.send("admin", method, path, body, headers);
  }

  private Answer patch(String operations) throws Exception {
    return admin("PATCH", "/resource_type/host", operations, "Content-Type", PATCH_TYPE);
  }

  @Test
  void list_whereNothingIs_isTheGenericType() throws Exception {
    assertThat(api.get("/resource_type").body())
        .isEqualTo("[{\"name\": \"generic\", \"attributes\": {}, \"state\": \"active\"}]");
  }

  @Test
  void create_answersWithAllThatCounts() throws Exception {
    Answer answer = admin("POST", "/resource_type", HOST);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Location")).isEqualTo(api.origin() + "/v1/resource_type/host");
    assertThat(answer.json())
        .isEqualTo(
            new JsonObject(
                ("{'name': 'host', 'state': 'active', 'attributes': {"
                        + "'name': {'type': 'string', 'required': true, 'max_length': 5,"
                        + " 'min_length': 2},"
                        + "'note': {'type': 'string', 'required': false, 'max_length': 256,"
                        + " 'min_length': 0},"
                        + "'owner': {'type': 'uuid', 'required': false},"
                        + "'size': {'type': 'number', 'required': false, 'min': -2, 'max': 3.5},"
                        + "'up': {'type': 'bool', 'required': false},"
                        + "'at': {'type': 'datetime', 'required': false}}}")
                    .replace('\'', '"')));
    assertThat(api.get("/resource_type/host").json()).isEqualTo(answer.json());
    assertThat(api.get("/resource_type").each("name")).containsExactly("generic", "host");
    assertThat(api.get("/resource_type", "X-Tenant", "other").each("name"))
        .containsExactly("generic");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | expected a dictionary",
        "{} | required key not provided @ data['name']",
        "{'name': 3} | expected str for dictionary value @ data['name']",
        "{'name': 'a', 'b': 1} | extra keys not allowed @ data['b']",
        "{'name': 'a', 'attributes': []} | expected a dictionary for dictionary value"
            + " @ data['attributes']",
        "{'name': 'a', 'attributes': {'b': {'type': 'nothing'}}} | not a valid value for"
            + " dictionary value @ data['attributes']['b']['type']",
        "{'name': 'a', 'attributes': {'b': {}}} | required key not provided"
            + " @ data['attributes']['b']['type']",
        "{'name': 'a', 'attributes': {'b': {'type': 'string', 'min': 1}}} | extra keys not"
            + " allowed @ data['attributes']['b']['min']",
        "{'name': 'a', 'attributes': {'b': {'type': 'bool', 'required': 1}}} | expected bool for"
            + " dictionary value @ data['attributes']['b']['required']",
        "{'name': 'a', 'attributes': {'b': {'type': 'string', 'max_length': 257}}} | value must be"
            + " at most 256 for dictionary value @ data['attributes']['b']['max_length']",
        "{'name': 'a', 'attributes': {'b': {'type': 'bool', 'options': {}}}} | extra keys not"
            + " allowed @ data['attributes']['b']['options']"
      })
  void create_malformed_isRefused(String body, String reason) throws Exception {
    Answer answer = admin("POST", "/resource_type", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("description").getString("cause"))
        .isEqualTo("Invalid input");
    assertThat(answer.json().getJsonObject("description").getString("reason")).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'project_id': {'type': 'string'} | Invalid input: Resource attribute name project_id is"
            + " invalid",
        "'-a': {'type': 'string'} | Invalid input: Resource attribute name -a is invalid",
        "'a': {'type': 'string', 'max_length': 2, 'min_length': 5} | Invalid input: Resource"
            + " attribute value min (or min_length) 5 must be less  than or equal to max (or"
            + " max_length) 2!",
        "'a': {'type': 'number', 'max': 3, 'min': 8} | Invalid input: Resource attribute value min"
            + " (or min_length) 8 must be less  than or equal to max (or max_length) 3!"
      })
  void create_withASenselessAttribute_isRefused(String attribute, String message) throws Exception {
    Answer answer =
        admin("POST", "/resource_type", "{'name': 'a', 'attributes': {" + attribute + "}}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("description")).isEqualTo(message);
  }

  @Test
  void types_areForTheAdminToChange() throws Exception {
    assertThat(api.post("/resource_type", HOST).status()).isEqualTo(403);
    admin("POST", "/resource_type", HOST);
    assertThat(api.delete("/resource_type/host").status()).isEqualTo(403);
    assertThat(api.patch("/resource_type/host", "[]", "Content-Type", PATCH_TYPE).status())
        .isEqualTo(403);
  }

  @Test
  void types_areRefused_whereTheyCannotBe() throws Exception {
    admin("POST", "/resource_type", HOST);

    Answer again = admin("POST", "/resource_type", HOST);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().getString("description"))
        .isEqualTo("Resource type host already exists");
    Answer missing = api.get("/resource_type/%E2%9C%94");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.json().getString("description")).isEqualTo("Resource type ✔ does not exist");
    assertThat(admin("DELETE", "/resource_type/generic", "").status()).isEqualTo(400);
    api.post("/resource/host", "{'id': '" + ID + "', 'name': 'foo'}");
    Answer used = admin("DELETE", "/resource_type/host", "");
    assertThat(used.status()).isEqualTo(400);
    assertThat(used.json().getString("description"))
        .isEqualTo("Resource type host is still in use");
    assertThat(api.delete("/resource/host/" + ID).status()).isEqualTo(204);
    assertThat(admin("DELETE", "/resource_type/host", "").status()).isEqualTo(204);
    assertThat(admin("DELETE", "/resource_type/host", "").status()).isEqualTo(404);
  }

  @Test
  void patch_addsAndDropsAttributes_inThePastToo() throws Exception {
    admin("POST", "/resource_type", HOST);
    api.post("/resource/host", "{'id': '" + ID + "', 'name': 'foo', 'note': 'x'}");
    api.patch("/resource/host/" + ID, "{'name': 'bar'}");

    Answer answer =
        patch(
            "[{'op': 'remove', 'path': '/attributes/note'},"
                + "{'op': 'add', 'path': '/attributes/new-one', 'value': {'type': 'bool',"
                + " 'required': true, 'options': {'fill': true}}},"
                + "{'op': 'add', 'path': '/attributes/size', 'value': {'type': 'number',"
                + " 'required': true, 'options': {'fill': 7.5}}},"
                + "{'op': 'add', 'path': '/attributes/when', 'value': {'type': 'datetime',"
                + " 'required': false, 'options': {'fill': '2017-10-10T10:10:10Z'}}}]");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().getJsonObject("attributes").fieldNames())
        .containsExactlyInAnyOrder("name", "owner", "size", "up", "at", "new-one", "when");
    Answer history = api.get("/resource/host/" + ID + "/history?sort=revision_end:asc-nullslast");
    assertThat(history.each("name")).containsExactly("foo", "bar");
    assertThat(history.each("new-one")).containsExactly("true", "true");
    assertThat(history.each("size")).containsExactly("7.5", "7.5");
    assertThat(history.each("when"))
        .containsExactly("2017-10-10T10:10:10+00:00", "2017-10-10T10:10:10+00:00");
    assertThat(history.list().getJsonObject(0).containsKey("note")).isFalse();
  }

  @Test
  void patch_thatChangesNothing_isNoChange() throws Exception {
    admin("POST", "/resource_type", HOST);

    Answer answer =
        patch(
            "[{'op': 'add', 'path': '/attributes/what', 'value': {'type': 'bool'}},"
                + " {'op': 'remove', 'path': '/attributes/what'}]");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(api.get("/resource_type/host").json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'op': 'remove', 'path': '/attributes/what'}] | can't remove a non-existent object"
            + " 'what'",
        "[{'op': 'add', 'path': '/attributes/name', 'value': {'type': 'bool'}}] | Type update is"
            + " not available yet. Changing string to bool for attribute name of resource host",
        "[{'op': 'add', 'path': '/attributes/m', 'value': {'type': 'bool', 'options': {}}}] |"
            + " Invalid input: Option 'fill' of resource attribute m is invalid: must not be empty"
            + " if required=True",
        "[{'op': 'add', 'path': '/attributes/m', 'value': {'type': 'number', 'options': {'fill':"
            + " 'x'}}}] | Invalid input: Option 'fill' of resource attribute m is invalid: expected"
            + " Real",
        "[{'op': 'add', 'path': '/attributes/m'}] | The operation does not contain a 'value'"
            + " member",
        "[{'op': 'add', 'path': '/attributes/a/b/c', 'value': {}}] | member 'a' not found in"
            + " /attributes/a/b/c",
        "[{'op': 'add', 'path': '/attributes/m', 'value': {'type': 'no'}}] | Invalid input: not a"
            + " valid value for dictionary value @ data['attributes']['m']['type']"
      })
  void patch_thatCannotBe_isRefused(String operations, String message) throws Exception {
    admin("POST", "/resource_type", HOST);

    Answer answer = patch(operations);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("description")).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | expected a list | []",
        "[{'op': 'replace', 'path': '/attributes/a'}] | not a valid value for dictionary value"
            + " @ data[0]['op'] | ['0','op']",
        "[{'op': 'add', 'path': '/name'}] | not a valid value for dictionary value"
            + " @ data[0]['path'] | ['0','path']",
        "[{'path': '/attributes/a'}] | required key not provided @ data[0]['op'] | ['0','op']",
        "[{'op': 'add', 'path': '/attributes/a', 'value': 3}] | expected dict for dictionary value"
            + " @ data[0]['value'] | ['0','value']",
        "[{'op': 'add', 'path': '/attributes/a', 'from': 3}] | extra keys not allowed"
            + " @ data[0]['from'] | ['0','from']"
      })
  void patch_malformed_isRefused(String operations, String reason, String detail) throws Exception {
    admin("POST", "/resource_type", HOST);

    JsonObject description = patch(operations).json().getJsonObject("description");

    assertThat(description.getString("reason")).isEqualTo(reason);
    assertThat(description.getJsonArray("detail").encode()).isEqualTo(detail.replace('\'', '"'));
  }

  @Test
  void patch_ofAnotherMediaType_isRefused() throws Exception {
    admin("POST", "/resource_type", HOST);

    assertThat(admin("PATCH", "/resource_type/host", "[]").status()).isEqualTo(415);
  }
}
