package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.query.QueryException;

class MalformedQueriesTest {
  static List<Queries.Case> queries() {
    return Queries.malformed();
  }

  private static QueryException error(String query) {
    QueryException error =
        catchThrowableOfType(QueryException.class, () -> PromQlParser.parse(query));
    assertThat(error).as(query).isNotNull();
    return error;
  }

  @ParameterizedTest
  @MethodSource("queries")
  void parse_saysWhatIsWrongAndWhere(Queries.Case wanted) {
    QueryException error = error(wanted.query());
    assertThat(error).hasMessage(wanted.outcome());
    assertThat(error.type()).isEqualTo(QueryException.Type.BAD_DATA);
  }

  @Test
  void resource_isRead() {
    assertThat(queries()).hasSizeGreaterThan(240);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\t"})
  void parse_ofNothing_expectsAnExpression(String query) {
    assertThat(error(query))
        .hasMessage(
            "1:%d: parse error: unexpected end of input, expected an expression",
            query.length() + 1);
  }

  @Test
  void message_doesNotDependOnWhatWasReadBefore() {
    List<String> first = queries().stream().map(q -> error(q.query()).getMessage()).toList();
    List<String> again =
        queries().reversed().stream().map(q -> error(q.query()).getMessage()).toList().reversed();
    assertThat(again).isEqualTo(first);
  }

  @Test
  void longToken_isCut() {
    assertThat(error("up " + "x".repeat(1000)))
        .hasMessage(
            "1:4: parse error: unexpected identifier \"%s...\", expected an operator or end of"
                + " input",
            "x".repeat(30));
  }

  @ParameterizedTest
  @ValueSource(chars = {'\ud83d', '\ude00', '�'})
  void string_thatIsNoUnicode_isRefused(char c) {
    assertThat(error("up{a=\"b" + c + "\"}"))
        .hasMessage("1:8: parse error: string is not valid UTF-8");
  }
}
