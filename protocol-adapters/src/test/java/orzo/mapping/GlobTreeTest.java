package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTreeTest {
  /** A glob by its simplest meaning: one expression over the whole path. */
  private record Reference(Pattern pattern) {
    static Reference of(String glob, boolean isPrefix) {
      StringBuilder expression = new StringBuilder();
      for (String node : glob.split("\\.", -1)) {
        expression.append(expression.isEmpty() ? "" : "\\.");
        expression.append(
            node.equals("*") ? "([^.]+)" : node.replace("*", "([^.]*)").replace("+", "\\+"));
      }
      return new Reference(Pattern.compile(expression + (isPrefix ? "(?:\\..*)?" : "")));
    }

    @Nullable List<String> captures(String path) {
      Matcher matcher = pattern.matcher(path);
      if (!matcher.matches()) {
        return null;
      }
      List<String> captures = new ArrayList<>();
      for (int i = 1; i <= matcher.groupCount(); i++) {
        captures.add(matcher.group(i));
      }
      return captures;
    }
  }

  @Test
  void first_ofManyRandomGlobs_isWhatTryingAllInOrderFinds() {
    SplittableRandom random = new SplittableRandom(41);
    String[] globNodes = {"a", "b", "ab", "*", "*", "a*", "*b", "a*b", "*a*", "+"};
    String[] pathNodes = {"a", "b", "ab", "ba", "aab", "abb", "c", "+"};
    int found = 0;
    for (int round = 0; round < 2_000; round++) {
      GlobTree tree = new GlobTree();
      List<Reference> references = new ArrayList<>();
      List<GlobPattern> patterns = new ArrayList<>();
      int globs = 1 + random.nextInt(12);
      for (int i = 0; i < globs; i++) {
        String glob = path(random, globNodes, 4);
        boolean isPrefix = random.nextInt(3) == 0;
        references.add(Reference.of(glob, isPrefix));
        patterns.add(GlobPattern.parse(glob));
        tree.add(i, patterns.get(i), isPrefix);
      }
      long accepted = random.nextLong();
      for (int i = 0; i < 20; i++) {
        String path = path(random, pathNodes, 5);
        int expected = GlobTree.NONE;
        for (int k = globs - 1; k >= 0; k--) {
          if ((accepted >>> k & 1) != 0 && references.get(k).captures(path) != null) {
            expected = k;
          }
        }
        String[] nodes = path.split("\\.");
        assertThat(tree.first(nodes, k -> (accepted >>> k & 1) != 0))
            .as("round %d, path %s", round, path)
            .isEqualTo(expected);
        if (expected != GlobTree.NONE) {
          found++;
          assertThat(patterns.get(expected).captures(nodes))
              .as("round %d, path %s", round, path)
              .isEqualTo(references.get(expected).captures(path));
        }
      }
    }
    assertThat(found).isGreaterThan(5_000);
  }

  private static String path(SplittableRandom random, String[] nodes, int atMost) {
    List<String> path = new ArrayList<>();
    for (int length = 1 + random.nextInt(atMost); length > 0; length--) {
      path.add(nodes[random.nextInt(nodes.length)]);
    }
    return String.join(".", path);
  }

  @Test
  void captures_ofAnotherPath_isNone() {
    assertThat(GlobPattern.parse("a.*.c*").captures(new String[] {"a", "b"})).isNull();
    assertThat(GlobPattern.parse("a.*.c*").captures(new String[] {"x", "b", "c"})).isNull();
    assertThat(GlobPattern.parse("a.*.c*").captures(new String[] {"a", "b", "d"})).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'',an empty node (allowed: nodes with a dot between)",
    "a..b,an empty node (allowed: nodes with a dot between)",
    "a.**,'''**'' (allowed: * for one node)'",
    "'a.{b,c}','''{'' (allowed: names and *; for more than that match_type: regex)'",
    "a.b?,'''?'' (allowed: names and *; for more than that match_type: regex)'"
  })
  void parse_whatIsNoGlob_isRefused(String glob, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GlobPattern.parse(glob))
        .withMessage(message);
  }
}
