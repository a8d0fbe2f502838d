package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.query.QueryException;

/** What is no test of a rule's message; those are in {@link MalformedQueriesTest}. */
class TypesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1            | SCALAR
          -1           | SCALAR
          (1)          | SCALAR
          1 + 2        | SCALAR
          1 < bool 2   | SCALAR
          time()       | SCALAR
          scalar(up)   | SCALAR
          step()       | SCALAR
          up           | VECTOR
          -up          | VECTOR
          up + 1       | VECTOR
          1 + up       | VECTOR
          up > 1       | VECTOR
          up and up    | VECTOR
          sum(up)      | VECTOR
          rate(up[1m]) | VECTOR
          vector(1)    | VECTOR
          hour()       | VECTOR
          up[1m]       | MATRIX
          up[1m:]      | MATRIX
          (up[1m])     | MATRIX
          'a'          | STRING
          ("a")        | STRING
          """)
  void of_expression(String query, ValueType type) {
    assertThat(Types.of(PromQlParser.parse(query))).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate", "increase", "delta", "avg_over_time"})
  void extendedRanges_areAnyFunctionsAsFarAsTypesGo(String function) {
    assertThat(PromQlParser.parse(function + "(up[5m] anchored)")).isNotNull();
    assertThat(PromQlParser.parse(function + "((up[5m] smoothed))")).isNotNull();
  }

  @Test
  void check_ofAMadeTree_refusesWhatParseRefuses() {
    Expr number = new Expr.NumberLiteral(1, Trees.NOWHERE);
    assertThatThrownBy(() -> Types.check(new Expr.Call("rate", List.of(number), Trees.NOWHERE)))
        .isInstanceOf(QueryException.class)
        .hasMessage("parse error: scalar in argument 1 of rate (expected: range vector)");
    assertThatThrownBy(() -> Types.check(new Expr.Call("nosuch", List.of(), Trees.NOWHERE)))
        .isInstanceOf(QueryException.class)
        .hasMessage("parse error: unknown function \"nosuch\"");
    Types.check(new Expr.Call("vector", List.of(number), Trees.NOWHERE));
  }

  @Test
  void functions_areThoseOfPrometheus() {
    assertThat(Functions.all().stream().map(Function::name)).hasSize(90).isSorted();
    Function joined = Functions.find("label_join").orElseThrow();
    assertThat(joined.minArguments()).isEqualTo(3);
    assertThat(joined.maxArguments()).isEmpty();
    assertThat(joined.argumentType(7)).isEqualTo(ValueType.STRING);
    Function round = Functions.find("round").orElseThrow();
    assertThat(round.minArguments()).isEqualTo(1);
    assertThat(round.maxArguments()).hasValue(2);
    assertThat(round.experimental()).isFalse();
    assertThat(Functions.find("info").orElseThrow().experimental()).isTrue();
    assertThat(Functions.find("RATE")).isEmpty();
  }
}
