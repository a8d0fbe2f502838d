package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class StreamIdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"0-0", "1700006400123-7", "18446744073709551615-18446744073709551615"})
  void parse_whatBytesWrote_isThePosition(String text) {
    BacklogPosition position = parse(text);

    assertThat(position).hasToString(text);
    assertThat(new String(StreamIds.bytes(position), StandardCharsets.US_ASCII)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "1", "1-", "-1", "1-2-3", "a-1", "1 -1"})
  void parse_anythingElse_isCorrupt(String text) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> parse(text))
        .withMessageContaining("'" + text + "'")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
  }

  @Test
  void next_isTheLeastGreaterPosition() {
    assertThat(StreamIds.next(new BacklogPosition(5, 6))).isEqualTo(new BacklogPosition(5, 7));
    assertThat(StreamIds.next(new BacklogPosition(5, -1))).isEqualTo(new BacklogPosition(6, 0));
    assertThat(StreamIds.next(new BacklogPosition(-1, -1))).isEqualTo(new BacklogPosition(-1, -1));
  }

  private static BacklogPosition parse(String text) {
    return StreamIds.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
