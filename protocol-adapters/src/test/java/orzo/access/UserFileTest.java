package orzo.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.file.InvalidFileException;

class UserFileTest {
  private static final String HASH = "$2b$04$abcdefghijklmnopqrstuuHCSenwm8buK215m4R4q2ZmPL95d0lX2";

  private static Users parse(String text) throws InvalidFileException {
    return UserFile.parse("users.yaml", text);
  }

  private static List<String> problems(String text) {
    List<String> found = List.of();
    try {
      Users _ = parse(text);
    } catch (InvalidFileException e) {
      found = e.problems();
    }
    return found;
  }

  @Test
  void parse_ofYaml_givesUsers() throws Exception {
    Users users =
        parse(
            """
            users:
              - name: alice
                password: "%s"
                tokens: ["%s"]
                project: shop
                roles: [admin, member]
                tenants: [team-a, default]
              - {name: grafana, tokens: ["%s"]}
            """
                .formatted(HASH, Tokens.hash("one"), Tokens.hash("two")));

    assertThat(users.count()).isEqualTo(2);
    User alice = users.account("alice").user();
    assertThat(alice.name()).isEqualTo("alice");
    assertThat(alice.project()).contains("shop");
    assertThat(alice.roles()).containsExactlyInAnyOrder("admin", "member");
    assertThat(alice.isAdmin()).isTrue();
    assertThat(users.withToken("one")).contains(alice);
    User grafana = users.withToken("two").orElseThrow();
    assertThat(grafana)
        .isEqualTo(new User("grafana", Optional.empty(), Set.of(), List.of("default")));
    assertThat(users.withToken("three")).isEmpty();
    assertThat(users.knows(users.account("grafana"))).as("has no password").isFalse();
  }

  @Test
  void parse_ofJson_givesUsers() throws Exception {
    Users users =
        parse(
            """
            {"users": [{"name": "bob", "password": "%s", "roles": ["service"]}]}
            """
                .formatted(HASH));

    assertThat(users.account("bob").user().roles()).containsExactly("service");
  }

  @Test
  void tenant_isTheFirst_orTheNamedOneIfItIsTheUsers() throws Exception {
    Users users =
        parse(
            """
            users:
              - {name: a, password: "%1$s", tenants: [x, y]}
              - {name: b, password: "%1$s"}
              - {name: c, password: "%1$s", tenants: ["*"]}
            """
                .formatted(HASH));

    assertThat(users.account("a").user().tenant(null)).contains("x");
    assertThat(users.account("a").user().tenant("y")).contains("y");
    assertThat(users.account("a").user().tenant("default")).isEmpty();
    assertThat(users.account("b").user().tenant(null)).contains("default");
    assertThat(users.account("b").user().tenant("x")).isEmpty();
    assertThat(users.account("c").user().tenant(null)).contains("default");
    assertThat(users.account("c").user().tenant("anything")).contains("anything");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "users: | users.yaml: users: none (allowed: a list of at least one user)",
        "people: [] | users.yaml: unknown field 'people' (allowed: users)",
        "users: [{tokens: []}]"
            + " | users.yaml, user 1 (line 1): name: not there (allowed: 1 to 255 characters, no colon"
            + " among them)",
        "users: [{name: 'a:b'}] | users.yaml, user 1 (line 1): name: 'a:b' (allowed: 1 to 255"
            + " characters, no colon among them)",
        "users: [{name: a}] | users.yaml, user 1 (line 1): neither password nor tokens (allowed: one"
            + " of them, or both)",
        "users: [{name: a, password: secret}] | users.yaml, user 1 (line 1): password: no hash"
            + " (allowed: what 'orzo hash-password' prints: bcrypt, cost 4 to 16)",
        "users: [{name: a, tokens: [secret]}] | users.yaml, user 1 (line 1): tokens: no hash (allowed:"
            + " what 'orzo new-token' prints: sha256:…)",
        "users: [{name: a, tokens: secret}]"
            + " | users.yaml, user 1 (line 1): tokens: 'secret' (allowed: a list)",
        "users: [{name: a, colour: red, password: HASH}] | users.yaml, user 1 (line 1): unknown field"
            + " 'colour' (allowed: name, password, project, roles, tenants, tokens)",
        "users: [{name: a, password: HASH}, {name: a, password: HASH}]"
            + " | users.yaml, user 2 (line 1): name: 'a': there twice (allowed: once)",
        "users: [{name: a, password: HASH, tenants: [a/b]}] | users.yaml, user 1 (line 1): tenants:"
            + " tenant 'a/b' (expected: 1 to 150 of a-z A-Z 0-9 ! - _ . * ' ( ), not '.' or '..')",
        "users: [{name: a, password: HASH, project: 'x:y'}] | users.yaml, user 1 (line 1): project:"
            + " 'x:y' (allowed: 1 to 255 characters, no colon among them)",
      })
  void parse_ofWhatIsWrong_saysWhere(String text, String problem) {
    assertThat(problems(text.replace("HASH", '"' + HASH + '"'))).contains(problem);
  }

  @Test
  void parse_ofATokenOfTwoUsers_isRefused() {
    String hash = Tokens.hash("shared");

    assertThatExceptionOfType(InvalidFileException.class)
        .isThrownBy(() ->
            parse(
                "users: [{name: a, tokens: ['%1$s']}, {name: b, tokens: ['%1$s']}]"
                    .formatted(hash)))
        .withMessage(
            "users.yaml, user 2 (line 1): tokens: " + hash + ": there twice (allowed: once)");
  }

  @Test
  void parse_ofHashesThatWouldTakeHours_isRefused() {
    assertThat(problems("users: [{name: a, password: '" + HASH.replace("$04$", "$31$") + "'}]"))
        .hasSize(1);
    assertThat(problems("users: [{name: a, password: '" + HASH.replace("$04$", "$03$") + "'}]"))
        .hasSize(1);
  }
}
