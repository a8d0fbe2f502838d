package orzo.carbon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static orzo.carbon.LaneUnderTest.path;

import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.Rejection;
import orzo.mapping.MappingFile;
import orzo.metric.Labels;

/** Lines whose paths the rules of a file map, as they come in and as the file changes. */
class MappedPathsTest {
  @TempDir Path directory;

  @Test
  void lines_areMappedByTheRulesInForce_andDropsAreCounted() throws Exception {
    Path rules = directory.resolve("rules.yaml");
    Files.writeString(
        rules,
        """
        mappings:
          - {match: "servers.*.debug", action: drop}
          - {match: "servers.*.*", name: "server_$2", labels: {host: "$1"}}
        """);
    MappingFile mapping = MappingFile.load(rules, true);
    try (LaneUnderTest under = new LaneUnderTest(CarbonLimits.DEFAULT, mapping)) {
      mapping.afterChange(under.caches::forgetAll);
      EmbeddedChannel connection = under.lines();
      send(under, connection, "servers.a.load 1 100\nservers.a.debug 1 100\nother 1 100\n");
      send(under, connection, "servers.a.debug 2 101\n;x 3 101\n");

      Files.writeString(rules, "mappings: [{match: servers.*.*, name: $2}]");
      mapping.refresh();
      mapping.refresh();
      send(under, connection, "servers.a.load 2 102\nservers.a.debug 2 102\n");

      assertThat(under.samples())
          .isEqualTo(
              Map.of(
                  Labels.of("__name__", "server_load", "host", "a"),
                  List.of(Sample.of(100_000, 1)),
                  path("other"),
                  List.of(Sample.of(100_000, 1)),
                  path("load"),
                  List.of(Sample.of(102_000, 2)),
                  path("debug"),
                  List.of(Sample.of(102_000, 2))));
      assertThat(under.rejections())
          .containsEntry(Rejection.DROPPED_BY_RULE, 2L)
          .hasSize(2); // and the tags that are none
    }
  }

  private static void send(LaneUnderTest under, EmbeddedChannel connection, String lines) {
    under.send(connection, lines.getBytes(UTF_8));
    under.settle();
  }
}
