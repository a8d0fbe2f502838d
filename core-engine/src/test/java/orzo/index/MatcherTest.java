package orzo.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class MatcherTest {
  @Test
  void matches_isAnchored() {
    Matcher matcher = Matcher.of("pot", Matcher.Operation.MATCHES, "a|bc");
    assertThat(matcher.matches("a")).isTrue();
    assertThat(matcher.matches("bc")).isTrue();
    assertThat(matcher.matches("abc")).isFalse();
    assertThat(matcher.matches("")).isFalse();
  }

  @Test
  void matches_dotTakesNewlines() {
    assertThat(Matcher.of("pot", Matcher.Operation.MATCHES, "a.b").matches("a\nb")).isTrue();
  }

  @Test
  void of_withABrokenExpression_namesIt() {
    assertThatThrownBy(() -> Matcher.of("pot", Matcher.Operation.NOT_MATCHES, "a(b"))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .hasMessageContaining("pot!~\"a(b\"")
        .hasMessageContaining("missing closing )");
  }
}
