package orzo.mapping;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dotted path with wildcards: {@code *} stands for one node, or within a node for any characters
 * of it. Each wildcard captures what it stands for.
 */
final class GlobPattern {
  /** One node of the pattern. */
  sealed interface Node {
    /** This text. */
    record Literal(String text) implements Node {}

    /** Any node, but not an empty one. */
    record Any() implements Node {}

    /**
     * A node with wildcards in it.
     *
     * @param glob as written
     * @param pattern a group for each wildcard
     */
    record Partly(String glob, Pattern pattern) implements Node {}
  }

  private static final String NOT_ALLOWED = "?[]{}";

  private final List<Node> nodes;
  private final int wildcards;

  private GlobPattern(List<Node> nodes, int wildcards) {
    this.nodes = nodes;
    this.wildcards = wildcards;
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException says what is wrong with it and what is allowed
   */
  static GlobPattern parse(String glob) {
    List<Node> nodes = new ArrayList<>();
    int wildcards = 0;
    for (String node : glob.split("\\.", -1)) {
      if (node.isEmpty()) {
        throw new IllegalArgumentException("an empty node (allowed: nodes with a dot between)");
      }
      for (int i = 0; i < node.length(); i++) {
        if (NOT_ALLOWED.indexOf(node.charAt(i)) >= 0) {
          throw new IllegalArgumentException(
              "'"
                  + node.charAt(i)
                  + "' (allowed: names and *; for more than that match_type: regex)");
        }
      }
      if (node.contains("**")) {
        throw new IllegalArgumentException("'**' (allowed: * for one node)");
      }
      if (node.equals("*")) {
        nodes.add(new Node.Any());
        wildcards++;
      } else if (node.contains("*")) {
        String[] texts = node.split("\\*", -1);
        StringBuilder expression = new StringBuilder("(?s)").append(Pattern.quote(texts[0]));
        for (int i = 1; i < texts.length; i++) {
          expression.append("(.*)").append(Pattern.quote(texts[i]));
          wildcards++;
        }
        nodes.add(new Node.Partly(node, Pattern.compile(expression.toString())));
      } else {
        nodes.add(new Node.Literal(node));
      }
    }
    return new GlobPattern(List.copyOf(nodes), wildcards);
  }

  List<Node> nodes() {
    return nodes;
  }

  /** How many wildcards there are. */
  int wildcards() {
    return wildcards;
  }

  /** Whether a node of a path is what a node of the pattern asks for. */
  static boolean fits(Node node, String text) {
    return switch (node) {
      case Node.Literal(String literal) -> literal.equals(text);
      case Node.Any _ -> true;
      case Node.Partly(_, Pattern pattern) -> pattern.matches(text);
    };
  }

  /**
   * What the wildcards took of a path whose first nodes are this pattern.
   *
   * @return null when they are not
   */
  @Nullable List<String> captures(String[] path) {
    if (path.length < nodes.size()) {
      return null;
    }
    List<String> captures = new ArrayList<>(wildcards);
    for (int i = 0; i < nodes.size(); i++) {
      switch (nodes.get(i)) {
        case Node.Literal(String literal) -> {
          if (!literal.equals(path[i])) {
            return null;
          }
        }
        case Node.Any _ -> captures.add(path[i]);
        case Node.Partly(_, Pattern pattern) -> {
          Matcher matcher = pattern.matcher(path[i]);
          if (!matcher.matches()) {
            return null;
          }
          for (int group = 1; group <= matcher.groupCount(); group++) {
            captures.add(matcher.group(group));
          }
        }
      }
    }
    return captures;
  }
}
