package orzo.gateway.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads what a YAML 1.2 file sets. Names may be nested, dotted, or both: {@code http: {port: 1}} is
 * {@code http.port: 1}. Values are taken as text; what they mean is the key's to say.
 */
final class YamlFile {
  /** What a file sets: a name as it is spelt in the file, and its value. */
  record Entry(String name, String text, Origin.File origin) {}

  private final Path path;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private YamlFile(Path path) {
    this.path = path;
  }

  /** Reads a file, and adds what is wrong with it as YAML to {@code problems}. */
  static List<Entry> read(Path path, List<String> problems) {
    YamlFile file = new YamlFile(path);
    file.read();
    problems.addAll(file.problems);
    return file.entries;
  }

  private void read() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(path.toString())
            .setUseMarks(true)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(Files.readString(path));
      root.ifPresent(node -> section("", node));
    } catch (NoSuchFileException _) {
      problems.add(path + ": there is no such file (allowed: a readable YAML file)");
    } catch (CharacterCodingException _) {
      problems.add(path + ": not UTF-8 (allowed: a readable YAML file)");
    } catch (IOException e) {
      problems.add(path + ": can't be read: " + e + " (allowed: a readable YAML file)");
    } catch (MarkedYamlEngineException e) {
      String place =
          e.getProblemMark()
              .map(mark -> " line " + (mark.getLine() + 1) + " column " + (mark.getColumn() + 1))
              .orElse("");
      problems.add(path + place + ": not YAML: " + oneLine(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(path + ": not YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  /** Enters a mapping. Only known sections are entered, so a node that contains itself ends. */
  private void section(String prefix, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      if (!isNothing(node)) {
        problems.add(
            "%s: %s in %s (allowed: a mapping of keys to values)"
                .formatted(
                    prefix.isEmpty() ? "the file" : prefix.substring(0, prefix.length() - 1),
                    kindOf(node),
                    origin(node)));
      }
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(
            "%s in %s (allowed: the name of a key)"
                .formatted(kindOf(tuple.getKeyNode()), origin(tuple.getKeyNode())));
        continue;
      }
      String name = prefix + key.getValue();
      Node value = tuple.getValueNode();
      if (Keys.named(name).isPresent()) {
        text(name, value).ifPresent(text -> entries.add(new Entry(name, text, origin(value))));
      } else if (Keys.isSection(name)) {
        section(name + ".", value);
      } else {
        entries.add(new Entry(name, "", origin(key)));
      }
    }
  }

  /** A scalar as it is written, or the scalars of a sequence with commas between them. */
  private Optional<String> text(String name, Node value) {
    if (isNothing(value)) {
      return Optional.of("");
    } else if (value instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    } else if (value instanceof SequenceNode sequence) {
      List<String> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        if (!(item instanceof ScalarNode scalar)) {
          problems.add(
              "%s: %s in %s (allowed: a list of plain values)"
                  .formatted(name, kindOf(item), origin(item)));
          return Optional.empty();
        }
        items.add(scalar.getValue());
      }
      return Optional.of(String.join(",", items));
    }
    problems.add(
        "%s: %s in %s (allowed: a plain value)".formatted(name, kindOf(value), origin(value)));
    return Optional.empty();
  }

  private static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String kindOf(Node node) {
    return switch (node.getNodeType()) {
      case SCALAR -> "a plain value";
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case ANCHOR -> "an alias";
    };
  }

  private Origin.File origin(Node node) {
    return node.getStartMark()
        .map(mark -> new Origin.File(path, mark.getLine() + 1, mark.getColumn() + 1))
        .orElseThrow(() -> new IllegalStateException("marks: off (expected: on)"));
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\r\n]+\\s*", " ");
  }
}
