package orzo.promql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlFeature;
import orzo.promql.syntax.PromQlParser;
import orzo.promql.syntax.PromQlPrinter;

class ConstantFoldingTest {
  private static Expr parse(String query) {
    return PromQlParser.parse(query, PromQlFeature.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "predict_linear(m[1h], 4 * 3600)                 | predict_linear(m[1h], 14400)",
        "m / (1024 * 1024)                               | m / 1.048576e+06",
        "m > bool -(2 ^ 3)                               | m > bool -8",
        "topk(1 + 1, m * (3 - 1))                        | topk(2, m * 2)",
        "max_over_time((m + 1 / 4)[10m:1m])              | max_over_time((m + 0.25)[10m:1m])",
        "-(1 < bool 2) * +(7 % 4)                        | -3",
        "sum by (a) (m * 1) - (6 / 3)                    | sum by (a) (m * 1) - 2",
      })
  void partsOfNumbersAlone_areComputed(String query, String expected) {
    assertThat(PromQlPrinter.print(ConstantFolding.fold(parse(query))))
        .isEqualTo(PromQlPrinter.print(parse(expected)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(rate(m[5m])) by (a)",
        "time() - 60",
        "m + on (a) group_left () n",
        "-m",
        "(m)",
        "quantile(0.9, max_over_time(m[5m:1m]))",
        "label_replace(m, \"a\", \"b\", \"c\", \"d\")",
        "pi() * 2"
      })
  void whatHasNone_staysAsItIs(String query) {
    Expr expr = parse(query);

    assertThat(PromQlPrinter.print(ConstantFolding.fold(expr)))
        .isEqualTo(PromQlPrinter.print(expr));
  }

  @Test
  void aComputedNumber_standsWhereItsExpressionStood() {
    Expr.Aggregate aggregate = (Expr.Aggregate) parse("quantile(1 + 0.5, m)");

    Expr.Aggregate folded = (Expr.Aggregate) ConstantFolding.fold(aggregate);

    assertThat(folded.parameter().orElseThrow().position())
        .isEqualTo(aggregate.parameter().orElseThrow().position());
  }
}
