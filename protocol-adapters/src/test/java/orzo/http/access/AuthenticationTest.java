package orzo.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private static MultiMap authorization(String value) {
    return MultiMap.caseInsensitiveMultiMap().add("authorization", value);
  }

  private static String basic(String text) {
    return "basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void none_asksNobody() {
    assertThat(Authentication.NONE.caller(MultiMap.caseInsensitiveMultiMap()))
        .contains(Caller.ANYONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic Zm9vYmFyOg==", "Basic Zm9vYmFyOg==", "BASIC  Zm9vYmFyOnB3 "})
  void gnocchiBasic_believesTheUserName(String header) {
    assertThat(Authentication.GNOCCHI_BASIC.caller(authorization(header)))
        .contains(Caller.of("foobar"));
  }

  @Test
  void gnocchiBasic_ofAdmin_isTheAdministrator() {
    Optional<Caller> admin = Authentication.GNOCCHI_BASIC.caller(authorization(basic("admin:")));

    assertThat(admin.orElseThrow().isAdmin()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "basic", "basic !!", "Bearer Zm9vYmFyOg==", "basic Og=="})
  void gnocchiBasic_withoutAUserName_isNobody(String header) {
    assertThat(Authentication.GNOCCHI_BASIC.caller(authorization(header))).isEmpty();
    assertThat(Authentication.GNOCCHI_BASIC.caller(MultiMap.caseInsensitiveMultiMap())).isEmpty();
  }
}
