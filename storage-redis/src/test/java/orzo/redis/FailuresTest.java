package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.redis.RedisMeters.Call;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class FailuresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OOM command not allowed when used memory > 'maxmemory'. | LIMIT",
        "ERR Error running script (call to f_1): @user_script:9: -OOM command not allowed | LIMIT",
        "ERR Error running script (call to f_1): ROOM | UNAVAILABLE",
        "WRONGTYPE Operation against a key holding the wrong kind of value | CORRUPT",
        "LOADING Redis is loading the dataset in memory | UNAVAILABLE",
        "READONLY You can't write against a read only replica. | UNAVAILABLE",
        "MASTERDOWN Link with MASTER is down | UNAVAILABLE",
        "MISCONF Errors writing to the AOF file: No space left on device | UNAVAILABLE",
        "NOAUTH Authentication required. | UNAVAILABLE"
      })
  void of_errorReply_hasTheKindOfItsCode(String reply, Kind kind) {
    GatewayException failure =
        Failures.of(
            Call.FLUSH,
            "host:1",
            new ExecutionException(new RedisCommandExecutionException(reply)));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("Redis at host:1, flush: " + reply);
  }

  @Test
  void of_brokenConnection_isUnavailable() {
    assertThat(Failures.of(Call.APPEND, "host:1", new IOException("Broken pipe")).kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(Failures.of(Call.APPEND, "host:1", new RedisException("not connected")).kind())
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void of_knownFailure_isItself() {
    GatewayException known = new GatewayException(Kind.CORRUPT, "known");

    assertThat(Failures.of(Call.APPEND, "host:1", new ExecutionException(known))).isSameAs(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "READONLY You can't write against a read only replica. | true",
        "ERR Error running script (call to f_1): @user_script:9: -READONLY You can't write | true",
        "ERR unknown command 'READONLY' | false",
        "OOM command not allowed when used memory > 'maxmemory'. | false"
      })
  void isReadOnly_looksAtTheCode(String reply, boolean expected) {
    assertThat(Failures.isReadOnly(reply)).isEqualTo(expected);
  }

  @Test
  void isUnknownScript_looksAtTheReplyOnly() {
    RedisException reply = new RedisCommandExecutionException("NOSCRIPT No matching script.");

    assertThat(Failures.isUnknownScript(Failures.of(Call.FLUSH, "host:1", reply))).isTrue();
    assertThat(Failures.isUnknownScript(new RedisException("NOSCRIPT"))).isFalse();
  }
}
