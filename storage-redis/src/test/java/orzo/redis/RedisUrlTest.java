package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class RedisUrlTest {
  @Test
  void parse_server_isHostPortAndDatabase() {
    RedisURI uri = RedisUrl.parse("redis://user:secret@redis.example:6380/3");

    assertThat(uri.getHost()).isEqualTo("redis.example");
    assertThat(uri.getPort()).isEqualTo(6380);
    assertThat(uri.getDatabase()).isEqualTo(3);
    assertThat(uri.isSsl()).isFalse();
    assertThat(RedisUrl.place(uri)).isEqualTo("redis.example:6380");
  }

  @Test
  void parse_tls_isEncrypted() {
    assertThat(RedisUrl.parse("rediss://redis.example").isSsl()).isTrue();
  }

  @Test
  void parse_unixSocket_isItsUnescapedPath() {
    RedisURI uri = RedisUrl.parse("unix://:secret@/var/run/with%20space/redis.sock");

    assertThat(uri.getSocket()).isEqualTo("/var/run/with space/redis.sock");
    assertThat(RedisUrl.place(uri)).isEqualTo("/var/run/with space/redis.sock");
  }

  @Test
  void parse_sentinel_isItsMasterAndNodes() {
    RedisURI uri = RedisUrl.parse("redis-sentinel://:secret@one:26379,two:26380/2#main");

    assertThat(uri.getSentinelMasterId()).isEqualTo("main");
    assertThat(uri.getSentinels()).extracting(RedisURI::getHost).containsExactly("one", "two");
    assertThat(RedisUrl.place(uri)).isEqualTo("Sentinel's master 'main'");
  }

  @Test
  void parseCluster_isItsNodes() {
    String url = "redis-cluster://user:secret@one:7000,two,three:7002";

    assertThat(RedisUrl.isCluster(url)).isTrue();
    assertThat(RedisUrl.parseCluster(url))
        .extracting(RedisUrl::place)
        .containsExactly("one:7000", "two:6379", "three:7002");
    assertThat(RedisUrl.parseCluster("rediss-cluster://one"))
        .singleElement()
        .matches(RedisURI::isSsl);
    assertThat(RedisUrl.isCluster("redis://one:7000")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis-cluster://",
        "redis-cluster://:secret@",
        "redis-cluster://:secret@one:7000/2",
        "redis-cluster://:secret@o ne:7000",
        "redis-cluster://:secret@one:port"
      })
  void parseCluster_anythingElse_isMalformedAndHidesThePassword(String url) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> RedisUrl.parseCluster(url))
        .withMessageStartingWith("redis.url 'redis-cluster://")
        .withMessageContaining("no database")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:6379",
        "http://:secret@host",
        "redis://",
        "redis://:secret@ho st",
        "redis-sentinel://:secret@host",
        "redis://:secret@host/database"
      })
  void parse_anythingElse_isMalformedAndHidesThePassword(String url) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> RedisUrl.parse(url))
        .withMessageStartingWith("redis.url '")
        .withMessageContaining("expected: redis://")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void config_asText_hidesThePassword() {
    assertThat(RedisConfig.of("redis://user:secret@host")).asString().doesNotContain("secret");
  }
}
