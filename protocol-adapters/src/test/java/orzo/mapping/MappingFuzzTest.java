package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import orzo.intake.Registration;
import orzo.metric.Labels;

/** Whatever clients call their metrics; a failure shows the name. */
class MappingFuzzTest {
  private static final String RULES =
      """
      mappings:
        - {match: "*.cpu-*.*", name: "${3}_cpu", labels: {a: "$1", b: "$2"}, resource: {type: host, id: "$1"}}
        - {match: '^(.*?)\\.x(.)?(?P<rest>.*)$', match_type: regex, name: "$1$2", labels: {rest: "${rest}"}}
        - {match: "drop.*", action: drop}
        - {match: "t.*", template: ".a.measurement.b.field*", resource: {type: t, id: "${a}"}}
      templates:
        - "*.legacy.* host..measurement*"
      """;

  private static final List<String> PIECES =
      List.of(
          ".",
          ".",
          ".",
          "..",
          "a",
          "web01",
          "cpu-0",
          "cpu-",
          "cpu-idle",
          "interface-eth0",
          "if_octets",
          "rx",
          "load",
          "shortterm",
          "df-root",
          "df_complex-free",
          "x",
          "drop",
          "t",
          "legacy",
          "-",
          "_",
          "0",
          "$1",
          "{",
          "}",
          "*",
          "[",
          " ",
          "\n",
          "\u00fc",
          "\ud83c\udf5d",
          "\ud800",
          "\0",
          ";",
          "=",
          "\\",
          "\"");

  private static String text(Random random, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void anyName_isASeriesOrRefusedForAReason() throws Exception {
    RuleSet rules = RuleFile.parse("rules.yaml", RULES, true);
    for (int seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      String name = text(random, 12);
      Labels.Builder tags = new Labels.Builder();
      for (int i = random.nextInt(3); i > 0; i--) {
        tags.set(text(random, 3), text(random, 3));
      }
      MetricType type = MetricType.values()[random.nextInt(MetricType.values().length)];
      switch (rules.map(name, tags.build(), type)) {
        case Mapped.Refused refused ->
            assertThat(refused.text()).as("seed %d: %s", seed, name).isNotEmpty();
        case Mapped.Series(Registration series) -> {
          assertThat(series.labels().metricName()).as("seed %d: %s", seed, name).isNotEmpty();
          for (int i = 0; i < series.labels().size(); i++) {
            assertThat(series.labels().name(i)).as("seed %d: %s", seed, name).isNotEmpty();
            assertThat(series.labels().value(i)).as("seed %d: %s", seed, name).isNotEmpty();
          }
        }
      }
    }
  }
}
