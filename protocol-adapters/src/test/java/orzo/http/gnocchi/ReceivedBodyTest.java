package orzo.http.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.ByteBudget;

/** Bodies within their limits, their own and that of all. */
class ReceivedBodyTest {
  private final ByteBudget budget = new ByteBudget(60);

  private ReceivedBody body(int limit, String... chunks) {
    ReceivedBody body = new ReceivedBody(limit, budget);
    for (String chunk : chunks) {
      body.add(Buffer.buffer(chunk));
    }
    return body;
  }

  @Test
  void bytes_arePutTogether_andGivenBack() {
    ReceivedBody body = body(10, "abc", "", "defg");

    assertThat(body.bytes()).asString().isEqualTo("abcdefg");
    assertThat(budget.reserved()).isEqualTo(3 * 7);
    body.release();
    body.release();
    assertThat(budget.reserved()).isZero();
  }

  @Test
  void beyondItsLimit_itHoldsNothing_andIs413() {
    ReceivedBody body = body(5, "abc", "def", "g");

    assertThat(budget.reserved()).isZero();
    assertThatThrownBy(body::length)
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(413));
  }

  @Test
  void beyondTheLimitOfAll_itHoldsNothing_andIsToBeSentAgain() {
    ReceivedBody first = body(100, "0123456789");
    ReceivedBody second = body(100, "01234", "0123456789", "0");

    assertThat(budget.reserved()).isEqualTo(30);
    assertThatThrownBy(second::bytes)
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT));
    first.release();
    assertThat(body(100, "01234567890123456789").length()).isEqualTo(20);
  }

  @Test
  void whenTheConnectionBreaks_itIsGivenBack_unlessItIsComplete() {
    ReceivedBody broken = body(10, "abc");
    broken.abandon();
    assertThat(budget.reserved()).isZero();

    ReceivedBody complete = body(10, "abc");
    complete.complete();
    complete.abandon();
    assertThat(complete.bytes()).asString().isEqualTo("abc");
  }
}
