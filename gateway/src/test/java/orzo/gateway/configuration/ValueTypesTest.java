package orzo.gateway.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {
  private static final ValueType<Duration> DURATION =
      ValueTypes.duration(Duration.ofMillis(1), Duration.ofDays(365));

  @ParameterizedTest
  @CsvSource({
    "1ms, 1",
    "500ms, 500",
    "1s, 1000",
    "2m, 120000",
    "1h30m, 5400000",
    "365d, 31536000000",
    "1d2h3m4s5ms, 93784005"
  })
  void duration_withUnits_isTheirSum(String text, long millis) {
    assertThat(DURATION.parse(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "s",
        "1 s",
        "1s ",
        "-1s",
        "1.5s",
        "0ms",
        "366d",
        "1sx",
        "1w",
        "9999999999s",
        "١s"
      })
  void duration_otherwise_isRefused(String text) {
    assertThat(DURATION.parse(text)).isEmpty();
  }

  @Test
  void flag_isTrueOrFalse() {
    assertThat(ValueTypes.flag().parse("true")).contains(true);
    assertThat(ValueTypes.flag().parse("false")).contains(false);
    assertThat(ValueTypes.flag().parse("yes")).isEmpty();
    assertThat(ValueTypes.flag().parse("")).isEmpty();
  }

  @Test
  void policyName_isAnyText() {
    assertThat(ValueTypes.policyName().parse("✔ mine")).contains("✔ mine");
    assertThat(ValueTypes.policyName().parse("")).isEmpty();
    assertThat(ValueTypes.policyName().parse("x".repeat(256))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1B, 1", "1KiB, 1024", "64MiB, 67108864", "8GiB, 8589934592"})
  void size_withUnit_isInBytes(String text, long bytes) {
    assertThat(ValueTypes.size(1, 8L << 30).parse(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "9GiB", "1MB", "1 MiB", "-1", "1e6", "999999999999999GiB"})
  void size_otherwise_isRefused(String text) {
    assertThat(ValueTypes.size(1, 8L << 30).parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "redis://:pw@localhost:6379/3?timeout=1s",
        "rediss://db:6380",
        "redis-sentinel://a:26379,b:26379/0#main",
        "rediss-sentinel://a:26379#main",
        "redis-cluster://a:7000,b:7001",
        "rediss-cluster://:pw@a",
        "unix:///run/redis/redis.sock",
        ""
      })
  void redisUrl_withAKnownScheme_isTaken(String text) {
    assertThat(ValueTypes.redisUrl().parse(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:6379",
        "redis-cluster://",
        "redisx-cluster://a",
        "unix://a",
        "http://localhost",
        "redis:/localhost",
        "redis://",
        " "
      })
  void redisUrl_otherwise_isRefused(String text) {
    assertThat(ValueTypes.redisUrl().parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://host:1, redis://host:1",
    "redis://pw@host:1, redis://***@host:1",
    "redis://:pw@host:1, redis://:***@host:1",
    "redis://u:p@w@host:1, redis://u:***@host:1",
    "redis://u:p/w@host:1/2, redis://u:***@host:1/2",
    "u:pw@host, u:***@host"
  })
  void withoutPassword_keepsTheRest(String url, String masked) {
    assertThat(ValueTypes.withoutPassword(url)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost", "a-b.example.org"})
  void host_nameOrAddress_isTaken(String text) {
    assertThat(ValueTypes.host().parse(text)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "http://a", "a/b", "[::1]"})
  void host_otherwise_isRefused(String text) {
    assertThat(ValueTypes.host().parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"grafana.example.org", "https://a/", "https://a/b", "*,", "null", "ftp://a"})
  void origins_thatBrowsersDoNotSend_areRefused(String text) {
    assertThat(ValueTypes.origins().parse(text)).isEmpty();
  }

  @Test
  void namespace_withBraces_isRefused() {
    assertThat(ValueTypes.namespace().parse("a{b}")).isEmpty();
    assertThat(ValueTypes.namespace().parse("a:b")).isEmpty();
    assertThat(ValueTypes.namespace().parse("orzo-2.test_1")).isPresent();
  }
}
