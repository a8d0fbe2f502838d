package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectionTest {
  @Test
  void parse_redirections_areSlotAndServer() {
    assertThat(Redirection.parse("MOVED 3999 127.0.0.1:6381"))
        .contains(new Redirection(false, 3999, "127.0.0.1", 6381));
    assertThat(Redirection.parse("ASK 0 redis.example:6379"))
        .contains(new Redirection(true, 0, "redis.example", 6379));
    assertThat(Redirection.parse("MOVED 16383 ::1:6381"))
        .contains(new Redirection(false, 16_383, "::1", 6381));
    assertThat(Redirection.parse("MOVED 1 :6381")).contains(new Redirection(false, 1, "", 6381));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ERR MOVED 1 a:1",
        "MOVED 1 a",
        "MOVED x a:1",
        "TRYAGAIN Multiple keys",
        "ASK"
      })
  void parse_otherReplies_areNone(String reply) {
    assertThat(Redirection.parse(reply)).isEmpty();
  }
}
