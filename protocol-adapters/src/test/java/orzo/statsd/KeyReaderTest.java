package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.metric.Labels;

class KeyReaderTest {
  private static StatKey read(KeyReader reader, String name, String tags) {
    return requireNonNull(readOrNull(reader, name, tags), name);
  }

  private static @Nullable StatKey readOrNull(KeyReader reader, String name, String tags) {
    byte[] bytes = (name + tags).getBytes(UTF_8);
    int middle = name.getBytes(UTF_8).length;
    return reader.read(bytes, 0, middle, middle, bytes.length);
  }

  private static final KeyReader PLAIN = new KeyReader(Set.of(), true);
  private static final KeyReader TAGGED = new KeyReader(StatsdFixtures.ALL_DIALECTS, true);

  @ParameterizedTest
  @CsvSource({
    "'a.foo  bar\t baz', '', a.foo_bar_baz",
    "a/b/c, '', a-b-c",
    "a$b%c&d, '', abcd",
    "ünï, '', n",
    "'a,b=c', '', ab=c",
    "a#b=c, '', ab=c",
    "'a[b=c]d', '', ab=cd",
    "a, 'env:prod,host:b', a;env=prod;host=b",
    "a, 'z:1,a:2', a;z=1;a=2",
    "a, solo, a;solo",
    "a, 'a:x;y,b:1', a;a=x_y;b=1",
    "a, 'a:b:c', a;a=bc",
    "'', '', ''"
  })
  void plain_isTheKeyOfTheReference(String name, String tags, String expected) {
    assertThat(read(PLAIN, name, tags).text).isEqualTo(expected);
  }

  @Test
  void plain_unsanitised_keepsTheKeyButNotItsFlushedName() {
    StatKey key = read(new KeyReader(Set.of(), false), "a b$", "k:v w");
    assertThat(key.text).isEqualTo("a b$;k=v w");
    assertThat(key.name).isEqualTo("a_b");
    assertThat(key.tags).isEqualTo(";k=v w");
  }

  @ParameterizedTest
  @CsvSource({
    "a, 'env:prod,url:http://b/c'",
    "a, 'url:http://b/c,env:prod'",
    "'a#env=prod,url=http://b/c', ''",
    "'a,env=prod,url=http://b/c', ''",
    "'[env=prod,url=http://b/c]a', ''",
    "'a[url=http://b/c]', 'env:prod'",
    "'a;env=prod;url=http://b/c', ''"
  })
  void tagged_inAnyForm_isOneKey(String name, String tags) {
    StatKey key = read(TAGGED, name, tags);
    assertThat(key.name).isEqualTo("a");
    assertThat(key.labels).isEqualTo(Labels.of("env", "prod", "url", "http://b/c"));
    assertThat(key.tags).isEqualTo(";env=prod;url=http://b/c");
    assertThat(key.text).isEqualTo("a;env=prod;url=http://b/c");
  }

  @Test
  void tagged_withoutAValue_isTrue_andTheLastOfANameCounts() {
    assertThat(read(TAGGED, "a", "solo,b:1,b:2,:x,,c:").labels)
        .isEqualTo(Labels.of("solo", "true", "b", "2", "c", "true"));
  }

  @Test
  void tagged_valuesStayAsTheyAre_butOnCarbonLines() {
    StatKey key = read(TAGGED, "a b", "city:Zürich West,x:1;2");
    assertThat(key.labels).isEqualTo(Labels.of("city", "Zürich West", "x", "1;2"));
    assertThat(key.tags).isEqualTo(";city=Zürich_West;x=1_2");
    assertThat(key.name).isEqualTo("a_b");
  }

  @Test
  void tagged_ofWhichNothingIsLeft_isNoKey() {
    assertThat(readOrNull(TAGGED, "$$", "a:b")).isNull();
    assertThat(readOrNull(TAGGED, "#a=b", "")).isNull();
  }

  @Test
  void tagged_inOneForm_leavesTheOthersToTheSanitiser() {
    KeyReader influx = new KeyReader(Set.of(Dialect.INFLUXDB), true);
    assertThat(read(influx, "a#b,c=d", "").text).isEqualTo("ab;c=d");
  }
}
