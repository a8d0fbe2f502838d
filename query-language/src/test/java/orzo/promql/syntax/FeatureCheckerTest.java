package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.query.QueryException;

class FeatureCheckerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXPERIMENTAL_FUNCTIONS | 1 + info(x) | 1:5: parse error: info()",
        "EXPERIMENTAL_FUNCTIONS | sum(limitk(2, x)) | 1:5: parse error: limitk()",
        "EXPERIMENTAL_FUNCTIONS | -mad_over_time(x[1m]) | 1:2: parse error: mad_over_time()",
        "DURATION_EXPRESSIONS | x[1m + 1m] | 1:1: parse error: a computed duration",
        "DURATION_EXPRESSIONS | x offset step() | 1:1: parse error: a computed duration",
        "DURATION_EXPRESSIONS | x[5m:step()] | 1:1: parse error: a computed duration",
        "EXTENDED_RANGE_SELECTORS | rate(x[1m] anchored) | 1:6: parse error: anchored",
        "EXTENDED_RANGE_SELECTORS | (x smoothed) | 1:2: parse error: smoothed",
        "FILL_MODIFIERS | a + fill_left(1) b | 1:1: parse error: fill",
      })
  void parse_ofWhatIsSwitchedOff_isRefused(PromQlFeature feature, String query, String message) {
    Set<PromQlFeature> others = EnumSet.complementOf(EnumSet.of(feature));
    assertThatThrownBy(() -> PromQlParser.parse(query, others))
        .isInstanceOf(QueryException.class)
        .hasMessage(message + " is switched off by promql." + feature.key() + ": false");
    assertThat(PromQlParser.parse(query, EnumSet.of(feature))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x[5m]",
        "x offset -5m",
        "quantile(0.5, x)",
        "last_over_time(x[5m:1m])",
        "a + on(b) c"
      })
  void parse_ofPlainQueries_needsNoFeature(String query) {
    assertThat(PromQlParser.parse(query, Set.of())).isNotNull();
  }
}
