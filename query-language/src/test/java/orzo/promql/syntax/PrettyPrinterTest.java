package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrettyPrinterTest {
  private static final String LONG = "boiler_temperature_celsius_of_the_third_boiler_house";

  private static String pretty(String query) {
    return PrettyPrinter.print(PromQlParser.parse(query));
  }

  @Test
  void shortQuery_staysOnOneLine() {
    assertThat(pretty("sum(rate(x_total[5m]))by(job)/2"))
        .isEqualTo("sum by (job) (rate(x_total[5m])) / 2");
  }

  @Test
  void hundredBytes_areNotSplit_butOneMoreIs() {
    String fits = "a".repeat(48) + " + " + "b".repeat(49);
    assertThat(pretty(fits)).isEqualTo(fits);
    assertThat(pretty(fits + "b")).isEqualTo("  " + "a".repeat(48) + "\n+\n  " + "b".repeat(50));
  }

  @Test
  void length_isCountedInBytes() {
    String query = "up{room=\"" + "ü".repeat(45) + "\"} + 1";
    assertThat(pretty(query)).isEqualTo("  up{room=\"" + "ü".repeat(45) + "\"}\n+\n  1");
  }

  @Test
  void operands_areIndentedDeeperThanTheirOperator() {
    assertThat(pretty(LONG + " * on(site) group_left(hall) fill(0) " + LONG + " > bool 20"))
        .isEqualTo(
            """
                %s
              * on (site) group_left (hall) fill (0)
                %s
            > bool
              20\
            """
                .formatted(LONG, LONG));
  }

  @Test
  void aggregation_call_andParentheses_openLines() {
    assertThat(pretty("topk by (hall) (3, (rate(" + LONG + "[5m]) + rate(" + LONG + "[5m])))"))
        .isEqualTo(
            """
            topk by (hall) (
              3,
              (
                  rate(%s[5m])
                +
                  rate(%s[5m])
              )
            )\
            """
                .formatted(LONG, LONG));
    assertThat(
            pretty("label_replace(" + LONG + ", \"hall\", \"$1\", \"site\", \"([a-z]+)-.*-long\")"))
        .isEqualTo(
            """
            label_replace(
              %s,
              "hall",
              "$1",
              "site",
              "([a-z]+)-.*-long"
            )\
            """
                .formatted(LONG));
  }

  @Test
  void subquery_keepsItsBracketsWithTheOperand() {
    assertThat(pretty("max_over_time((" + LONG + " + " + LONG + ")[1h:1m] @ end() offset 5m)"))
        .isEqualTo(
            """
            max_over_time(
              (
                  %s
                +
                  %s
              )[1h:1m] @ end() offset 5m
            )\
            """
                .formatted(LONG, LONG));
  }

  @Test
  void sign_standsBeforeItsOperand() {
    assertThat(pretty("-sum(" + LONG + " - " + LONG + ")"))
        .isEqualTo(
            """
            -sum(
                %s
              -
                %s
            )\
            """
                .formatted(LONG, LONG));
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void pretty_isReadToTheSameTree(long seed) {
    RandomQueries queries = new RandomQueries(seed);
    for (int i = 0; i < 200; i++) {
      Expr tree = queries.expression(i % 6);
      String query = PrettyPrinter.print(tree);
      assertThat(Trees.withoutPositions(PromQlParser.parse(query)))
          .as("seed %d, tree %d: %s", seed, i, query)
          .isEqualTo(Trees.withoutPositions(tree));
    }
  }
}
