package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.metric.Labels;

class PlainNamesTest {
  @Test
  void map_aPath_isTheMetricName() {
    assertThat(Mapping.NONE.map("servers.web01.cpu.user"))
        .isEqualTo(
            new Mapped.Series(Registration.of(Labels.of("__name__", "servers.web01.cpu.user"))));
  }

  @Test
  void map_aNameWithTags_isNameAndLabels() {
    assertThat(Mapping.NONE.map("disk.used", Labels.of("rack", "a1", "name", "x")))
        .isEqualTo(
            new Mapped.Series(
                Registration.of(Labels.of("__name__", "disk.used", "rack", "a1", "name", "x"))));
  }

  @ParameterizedTest
  @CsvSource({".a.b,a.b", "a..b,a.b", "a.b.,a.b", "...a...b...,a.b", "a,a", "a b.c,a b.c"})
  void map_emptyNodes_countForNothing(String path, String name) {
    assertThat(Mapping.NONE.map(path))
        .isEqualTo(new Mapped.Series(Registration.of(Labels.of("__name__", name))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..."})
  void map_noNode_isRefused(String path) {
    assertThat(Mapping.NONE.map(path))
        .isEqualTo(
            new Mapped.Refused(
                Rejection.INVALID_PATH, "path '" + path + "' (expected: one node or more)"));
  }

  @Test
  void map_aLongPath_isRefused() {
    assertThat(Mapping.NONE.map("a".repeat(8192))).isInstanceOf(Mapped.Series.class);
    assertThat(Mapping.NONE.map("a".repeat(8193)))
        .isEqualTo(
            new Mapped.Refused(
                Rejection.INVALID_PATH,
                "path '" + "a".repeat(100) + "…' has 8193 characters (expected: at most 8192)"));
  }

  @Test
  void map_tagsThatCannotBeLabels_areRefused() {
    assertRefused(
        Labels.of("", "x"), "the name of a tag is empty (expected: one character or more)");
    assertRefused(
        Labels.of("__name__", "x"),
        "tag '__name__' (expected: another name, this one is for the path)");
    assertRefused(
        Labels.of("t".repeat(1025), "x"),
        "tag '" + "t".repeat(100) + "…' has 1025 characters (expected: at most 1024)");
    assertRefused(
        Labels.of("t", "x".repeat(8193)),
        "value of tag 't' has 8193 characters (expected: at most 8192)");
    Labels.Builder many = Labels.EMPTY.toBuilder();
    for (int i = 0; i < 128; i++) {
      many.set("t" + i, "x");
    }
    assertRefused(many.build(), "128 tags (expected: at most 127)");
  }

  private static void assertRefused(Labels tags, String text) {
    assertThat(Mapping.NONE.map("a\nb", tags))
        .isEqualTo(new Mapped.Refused(Rejection.INVALID_LABELS, "path 'a\\nb': " + text));
  }
}
