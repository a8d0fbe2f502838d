package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.query.QueryException;

/** Queries nobody thought of. A failure names its seed or shows its query. */
class RandomQueriesTest {
  private static final String ALPHABET = " \t\n#\"'`\\(){}[]:,=!~<>+-*/%^@._019aexmsyé�💀$;";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void print_thenParse_givesTheSameTree(long seed) {
    RandomQueries queries = new RandomQueries(seed);
    for (int i = 0; i < 500; i++) {
      Expr tree = queries.expression(i % 6);
      String query = PromQlPrinter.print(tree);
      assertThat(Trees.withoutPositions(PromQlParser.parse(query)))
          .as("seed %d, tree %d: %s", seed, i, query)
          .isEqualTo(Trees.withoutPositions(tree));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void parse_ofMutatedQueries_givesATreeOrAnError(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Queries.Case> queries = Queries.wellFormed();
    for (int i = 0; i < 3000; i++) {
      StringBuilder query = new StringBuilder(queries.get(random.nextInt(queries.size())).query());
      for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
        mutate(query, queries.get(random.nextInt(queries.size())).query(), random);
      }
      assertTreeOrError(query.toString());
    }
  }

  private static void mutate(StringBuilder query, String other, SplittableRandom random) {
    int at = random.nextInt(query.length() + 1);
    int end = Math.min(query.length(), at + random.nextInt(4));
    switch (random.nextInt(4)) {
      case 0 -> query.delete(at, end);
      case 1 -> query.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      case 2 -> query.insert(at, other);
      default -> {
        int from = random.nextInt(other.length() + 1);
        query.replace(at, end, other.substring(from, Math.min(other.length(), from + 5)));
      }
    }
  }

  @Test
  void parse_ofRandomCharacters_givesATreeOrAnError() {
    SplittableRandom random = new SplittableRandom(21);
    for (int i = 0; i < 5000; i++) {
      StringBuilder query = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        query.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      assertTreeOrError(query.toString());
    }
  }

  @Test
  void parse_ofRandomBytes_givesATreeOrAnError() {
    SplittableRandom random = new SplittableRandom(31);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertTreeOrError(new String(bytes, StandardCharsets.UTF_8));
      assertTreeOrError(new String(bytes, StandardCharsets.UTF_16BE));
    }
  }

  @Test
  void parse_ofEveryPrefix_givesATreeOrAnError() {
    for (Queries.Case wanted : Queries.wellFormed()) {
      for (int end = 0; end < wanted.query().length(); end++) {
        assertTreeOrError(wanted.query().substring(0, end));
      }
    }
  }

  private static void assertTreeOrError(String query) {
    try {
      String printed = PromQlPrinter.print(PromQlParser.parse(query));
      assertThat(PromQlPrinter.print(PromQlParser.parse(printed))).as(query).isEqualTo(printed);
    } catch (QueryException e) {
      if (e.type() == QueryException.Type.BAD_DATA) {
        assertThat(e).as(query).hasMessageMatching("(?s)\\d+:\\d+: parse error: .+");
      }
    } catch (RuntimeException | StackOverflowError e) {
      fail("query: " + query, e);
    }
  }

  /** On a stack of the size that threads have by default. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(|1|)",
        "|(|",
        "|-|1",
        "|1 ^ |1",
        "|1 + |1",
        "|up or |up",
        "abs(|up|)",
        "up| offset 0s|",
        "up|[1m:]|",
        "up[|(|1",
        "up[|-|1]",
        "up[|1 + |1]",
        "up[|1 ^ |1]",
        "up[|max_of(1, |1",
        "up offset |-|1",
        "up offset (1m) + |(|1",
        "up offset (1m) + |-|1",
        "a * on(x) group_left (y) - |(|1",
        "|up * on(x) group_left (y) |up",
        "up{a=~\"|(|\"}",
        "|{|",
        "up|[|"
      })
  void parse_ofDeepNesting_givesATreeOrAnError(String pattern) throws InterruptedException {
    String[] parts = pattern.split("\\|", -1);
    String before = parts.length > 2 ? parts[0] : "";
    String repeated = parts.length > 2 ? parts[1] : parts[0];
    String after = parts[parts.length - 1];
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int count : new int[] {400, 499, 500, 501, 5_000}) {
      String query = before + repeated.repeat(count) + after;
      Thread thread =
          new Thread(
              null,
              () -> {
                try {
                  assertTreeOrError(query);
                } catch (Throwable e) {
                  failure.set(e);
                }
              },
              "nesting",
              1024 * 1024);
      thread.start();
      thread.join();
      assertThat(failure.get()).as("%s %d times", pattern, count).isNull();
    }
  }

  @Test
  void depth_overTheLimit_isRefusedByName() {
    int limit = PromQlParser.MAX_DEPTH;
    assertThat(PromQlParser.parse("(".repeat(limit - 1) + "1" + ")".repeat(limit - 1))).isNotNull();
    assertThat(error("(".repeat(limit) + "1" + ")".repeat(limit)))
        .isEqualTo(
            "1:501: parse error: expression is nested too deeply (expected: at most 500 levels)");
    assertThat(error("up" + " + up".repeat(limit)))
        .isEqualTo(
            "1:1: parse error: expression is nested too deeply (expected: at most 500 levels)");
    assertThat(error("up[1" + " + 1".repeat(limit) + "]"))
        .isEqualTo(
            "1:4: parse error: expression is nested too deeply (expected: at most 500 levels)");
    assertThat(error("up{a=~\"" + "(".repeat(limit + 1) + "\"}"))
        .isEqualTo(
            "1:7: parse error: expression is nested too deeply (expected: at most 500 levels)");
  }

  private static String error(String query) {
    try {
      return "no error: " + PromQlPrinter.print(PromQlParser.parse(query));
    } catch (QueryException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
