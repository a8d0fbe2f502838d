package orzo.gateway.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the example file and the README say about keys is what the code says. */
class DocumentedKeysTest {
  private static final Path EXAMPLE = Path.of("src/main/distribution/orzo.yaml");
  private static final Path README = Path.of("../README.md");

  @Test
  void exampleFile_asItIs_setsNothing() throws Exception {
    Configuration configuration =
        ConfigurationLoader.load(Optional.of(EXAMPLE), List.of(), Map.of());
    for (Key<?> key : Keys.ALL) {
      assertThat(configuration.setting(key).origin()).isEqualTo(new Origin.Default());
    }
  }

  @Test
  void exampleFile_uncommented_setsEveryKeyToItsDefault(@TempDir Path directory) throws Exception {
    String text =
        Pattern.compile("^#(?=[a-z])", Pattern.MULTILINE)
            .matcher(Files.readString(EXAMPLE))
            .replaceAll("");
    Path file = Files.writeString(directory.resolve("orzo.yaml"), text);
    Configuration documented = ConfigurationLoader.load(Optional.of(file), List.of(), Map.of());
    Configuration defaults = ConfigurationLoader.load(Optional.empty(), List.of(), Map.of());
    for (Key<?> key : Keys.ALL) {
      assertThat(documented.setting(key).origin()).as(key.name()).isInstanceOf(Origin.File.class);
      assertThat(documented.get(key)).as(key.name()).isEqualTo(defaults.get(key));
    }
  }

  @Test
  void readme_table_hasEveryKeyWithItsDefault() throws IOException {
    Matcher row =
        Pattern.compile(
                "^\\| `([a-z.-]+)` \\| (?:`([^`]*)`|nothing) \\| (.+) \\|$", Pattern.MULTILINE)
            .matcher(Files.readString(README));
    List<String> documented = new ArrayList<>();
    while (row.find()) {
      documented.add(row.group(1) + " = " + Optional.ofNullable(row.group(2)).orElse(""));
    }
    List<String> keys = new ArrayList<>();
    for (Key<?> key : Keys.ALL) {
      keys.add(key.name() + " = " + key.defaultText());
    }
    assertThat(documented).isEqualTo(keys);
  }
}
