package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/** What docs/mapping.md shows is what happens. */
class DocumentedRulesTest {
  private static final Path PAGE = Path.of("..", "docs", "mapping.md");

  @Test
  void rulesOfThePage_areRules_andDoWhatItSays() throws Exception {
    List<RuleSet> shown = new ArrayList<>();
    Matcher block =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    while (block.find()) {
      shown.add(RuleFile.parse("docs/mapping.md", block.group(1), true));
    }

    assertThat(shown).hasSize(2);
    Mapped mapped = shown.getFirst().map("servers.web01.cpu.user");
    assertThat(mapped).isInstanceOf(Mapped.Series.class);
    assertThat(((Mapped.Series) mapped).registration())
        .satisfies(series -> {
          assertThat(series.labels())
              .isEqualTo(
                  Labels.of("__name__", "server_cpu_percent", "host", "web01", "mode", "user"));
          assertThat(series.resource()).isEqualTo(new ResourceRef("host", "web01"));
          assertThat(series.archivePolicy()).isEqualTo("low");
        });
  }

  @Test
  void collectdsPathsOfThePage_becomeWhatItSays() throws Exception {
    Matcher row =
        Pattern.compile("\\| `(web01_[^`]*)` \\| `(collectd_[a-z_]+)\\{([^}]*)}` \\|")
            .matcher(Files.readString(PAGE));
    int rows = 0;
    while (row.find()) {
      rows++;
      Mapped mapped = RuleSet.ofCollectd().map(row.group(1));
      Labels.Builder labels = Labels.EMPTY.toBuilder().set(Labels.NAME, row.group(2));
      for (String label : row.group(3).split(", ", -1)) {
        labels.set(label.replaceAll("=.*", ""), label.replaceAll(".*=\"|\"$", ""));
      }
      assertThat(((Mapped.Series) mapped).registration().labels()).isEqualTo(labels.build());
    }
    assertThat(rows).isEqualTo(3);
  }
}
