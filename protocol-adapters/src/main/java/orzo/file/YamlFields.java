package orzo.file;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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

/** The fields of one YAML mapping; what is wrong with them is added to a list of problems. */
public final class YamlFields {
  /** Messages stop growing here: a file of something else has no end of them. */
  private static final int MAX_PROBLEMS = 50;

  private final String place;
  private final List<String> problems;
  private final Map<String, Node> fields = new LinkedHashMap<>();

  private YamlFields(String place, List<String> problems) {
    this.place = place;
    this.problems = problems;
  }

  /**
   * Takes the fields of a mapping.
   *
   * @param place where it stands, for messages
   * @param allowed the fields that there may be; none: any
   */
  public static YamlFields of(String place, Node node, Set<String> allowed, List<String> problems) {
    YamlFields fields = new YamlFields(place, problems);
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        fields.add(tuple, allowed);
      }
    } else if (!isNothing(node)) {
      fields.problem(describe(node) + " (allowed: a mapping of fields to values)");
    }
    return fields;
  }

  /**
   * Takes the fields of a file, which is one mapping, or empty.
   *
   * @param label what to call the file in messages
   * @param allowed the fields that there may be
   */
  public static YamlFields ofFile(
      String label, String text, Set<String> allowed, List<String> problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(label)
            .setUseMarks(true)
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(FollowedFile.MAX_BYTES)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.map(node -> of(label, node, allowed, problems))
          .orElseGet(() -> ofNothing(label, problems));
    } catch (MarkedYamlEngineException e) {
      String place =
          e.getProblemMark()
              .map(mark -> ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
              .orElse("");
      problems.add(label + place + ": not YAML: " + oneLine(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(label + ": not YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
    return ofNothing(label, problems);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\r\n]+\\s*", " ");
  }

  /** No fields, for problems with something that is no mapping. */
  public static YamlFields ofNothing(String place, List<String> problems) {
    return new YamlFields(place, problems);
  }

  /** The fields of a mapping within this one. */
  public YamlFields section(String field, Node node, Set<String> allowed) {
    return of(place + ", " + field, node, allowed, problems);
  }

  private void add(NodeTuple tuple, Set<String> allowed) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      problem(describe(tuple.getKeyNode()) + " as the name of a field (allowed: a plain text)");
    } else if (!allowed.isEmpty() && !allowed.contains(key.getValue())) {
      problem(
          "unknown field '"
              + key.getValue()
              + "' (allowed: "
              + String.join(", ", new TreeSet<>(allowed))
              + ")");
    } else if (fields.put(key.getValue(), tuple.getValueNode()) != null) {
      problem(key.getValue() + ": there twice (allowed: once)");
    }
  }

  /** Adds a problem with all of it. */
  public void problem(String text) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(place + ": " + text);
    }
  }

  /** Adds a problem with a field. */
  public void problem(String field, String text) {
    problem(field + ": " + text);
  }

  /** The names of the fields that are there, as written. */
  public Set<String> names() {
    return fields.keySet();
  }

  /** A field's node, null when the field is not there or holds nothing. */
  public @Nullable Node node(String field) {
    Node node = fields.get(field);
    return node == null || isNothing(node) ? null : node;
  }

  /** A plain value as it is written, null when it is not there. */
  public @Nullable String text(String field) {
    Node node = node(field);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      problem(field, describe(node) + " (allowed: a plain value)");
      return null;
    }
    return scalar.getValue();
  }

  /** One of a few words, null when it is not there or another. */
  public @Nullable String word(String field, List<String> allowed) {
    String text = text(field);
    if (text != null && !allowed.contains(text)) {
      problem(field, "'" + text + "' (allowed: " + String.join(", ", allowed) + ")");
      return null;
    }
    return text;
  }

  /** The items of a list, none when it is not there. */
  public List<Node> items(String field) {
    Node node = node(field);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problem(field, describe(node) + " (allowed: a list)");
      return List.of();
    }
    return sequence.getValue();
  }

  /** The line in which a node begins, counted from 1. */
  public static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String describe(Node node) {
    return switch (node.getNodeType()) {
      case SCALAR -> "'" + ((ScalarNode) node).getValue() + "'";
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case ANCHOR -> "an alias";
    };
  }
}
