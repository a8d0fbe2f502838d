package orzo.gnocchi.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.gnocchi.operations.Reaggregation.Function;
import orzo.metric.AggregationMethod;

class OperationsParserTest {
  private static final OperationsParser PARSER =
      new OperationsParser(OperationsParserTest::timespan);
  private static final List<Object> MEASURES = List.of("metric", "a", "mean");

  private static Optional<Duration> timespan(String text) {
    return switch (text) {
      case "60", "60.0", "1 minute" -> Optional.of(Duration.ofMinutes(1));
      case "0.0001" -> Optional.of(Duration.ofNanos(100_000));
      case "-60" -> Optional.of(Duration.ofSeconds(-60));
      default -> Optional.empty();
    };
  }

  private static Operation measures(String metric) {
    return new Operation.Measures(List.of(new MetricSelector(metric, "mean")));
  }

  private static InvalidOperations refusal(@Nullable Object stated) {
    return catchThrowableOfType(InvalidOperations.class, () -> PARSER.parse(stated));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (metric a mean)                                        | ['metric', 'a', 'mean']
          (metric (a mean))                                      | ['metric', 'a', 'mean']
          (metric (a mean) (b* 95pct))                           | ['metric', ['a', 'mean'], ['b*', '95pct']]
          (abs (metric a mean))                                  | ['absolute', ['metric', 'a', 'mean']]
          (neg 2)                                                | ['negative', 2.0]
          (rateofchange (metric a mean))                         | ['rateofchange', ['metric', 'a', 'mean']]
          (rateofchangesec (metric a mean))                      | ['rateofchangesec', ['metric', 'a', 'mean']]
          (≥ (metric a mean) 1_000.5)                            | ['>=', ['metric', 'a', 'mean'], 1000.5]
          (÷ 1e3 (metric a mean))                                | ['/', 1000.0, ['metric', 'a', 'mean']]
          (max -inf NaN)                                         | ['max', -inf, nan]
          (clip (metric a mean) 1)                               | ['clip', ['metric', 'a', 'mean'], 1.0]
          (clip (metric a mean) 1 .5)                            | ['clip', ['metric', 'a', 'mean'], 1.0, 0.5]
          (aggregate rate:mean (metric a mean))                  | ['aggregate', 'rate:mean', ['metric', 'a', 'mean']]
          (aggregate 95pct (metric a mean))                      | ['aggregate', '95pct', ['metric', 'a', 'mean']]
          (rolling std 3 (metric a mean))                        | ['rolling', 'std', 3, ['metric', 'a', 'mean']]
          (resample 99pct 60 (metric a mean))                    | ['resample', '99pct', 60.0, ['metric', 'a', 'mean']]
          (resample rate:last '1 minute' (metric a mean))        | ['resample', 'rate:last', 60.0, ['metric', 'a', 'mean']]
          """)
  void parse_aString_readsOperations(String text, String shown) {
    assertThat(PARSER.parse(text)).hasToString(shown);
  }

  @Test
  void parse_ofJson_readsTheSameAsOfAString() {
    assertThat(PARSER.parse(List.of("rolling", "mean", 2.7, List.of("+", MEASURES, true))))
        .isEqualTo(PARSER.parse("(rolling mean 2 (+ (metric a mean) 1))"));
    assertThat(PARSER.parse(List.of("resample", "last", 60, MEASURES)))
        .isEqualTo(
            new Operation.Resample(
                AggregationMethod.parse("last"), new Sampling.Fixed(60_000), measures("a")));
    assertThat(PARSER.parse(List.of("aggregate", "std", MEASURES)))
        .isEqualTo(
            new Operation.Aggregate(new Reaggregation(Function.STD, 0, false), measures("a")));
  }

  @Test
  void parse_aQuotedWord_isWhatIsQuoted() {
    assertThat(PARSER.parse("(metric \"load (5 \\\"m\\\")\" mean)"))
        .isEqualTo(measures("load (5 \"m\")"));
    assertThat(PARSER.parse("(metric 'a b' mean)")).isEqualTo(measures("a b"));
    assertThat(PARSER.parse("(metric it's mean)")).isEqualTo(measures("it's"));
    assertThat(PARSER.parse("(metric \"a mean)")).isEqualTo(measures("\"a"));
  }

  @Test
  void parse_textAfterTheFirstList_isNotRead() {
    assertThat(PARSER.parse(" \n(metric a mean)) more (")).isEqualTo(measures("a"));
  }

  @Test
  void selectors_nameEachMetricOnceInOrder() {
    Operation operation =
        PARSER.parse("(+ (metric (b max) (a mean)) (- (metric a mean) (metric b mean)))");
    assertThat(operation.selectors())
        .containsExactly(
            new MetricSelector("b", "max"),
            new MetricSelector("a", "mean"),
            new MetricSelector("b", "mean"));
    assertThat(PARSER.parse("(+ 1 2)").selectors()).isEmpty();
    assertThat(PARSER.parse("(metric (a mean) (b mean) (b mean))").selectors())
        .containsExactly(new MetricSelector("a", "mean"), new MetricSelector("b", "mean"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''              | Expected '('  (at char 0), (line:1, col:1)
          foo bar         | Expected '(', found 'foo'  (at char 0), (line:1, col:1)
          ) (a b)         | Expected '(', found ')'  (at char 0), (line:1, col:1)
          (metroc foo bar | Expected ')', found end of text  (at char 15), (line:1, col:16)
          """)
  void parse_aStringThatIsNoList_saysWhere(String text, String reason) {
    InvalidOperations refusal = refusal(text);
    assertThat(refusal.kind()).isEqualTo(InvalidOperations.Kind.TEXT);
    assertThat(refusal).hasMessage(reason);
  }

  @Test
  void parse_noList_namesTheTypeAsPythonDoes() {
    assertThat(refusal(Map.of("foo", "bar")))
        .hasMessage("Expected a tuple/list, got a <class 'dict'>");
    assertThat(refusal(null)).hasMessage("Expected a tuple/list, got a <class 'NoneType'>");
    assertThat(refusal(5)).hasMessage("Expected a tuple/list, got a <class 'int'>");
    assertThat(refusal(5.5)).hasMessage("Expected a tuple/list, got a <class 'float'>");
    assertThat(refusal(true)).hasMessage("Expected a tuple/list, got a <class 'bool'>");
  }

  @Test
  void parse_tooFewElements_isRefused() {
    assertThat(refusal("()")).hasMessage("Operation must not be empty");
    assertThat(refusal(List.of())).hasMessage("Operation must not be empty");
    assertThat(refusal("(metric)")).hasMessage("Operation need at least one argument");
    assertThat(refusal(List.of(5))).hasMessage("Operation need at least one argument");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(NAME (metric a mean))",
        "(NAME 1 2 3 4)",
      })
  void parse_anOperatorWithoutThatManyOperands_isRefused(String form) {
    for (String name : List.of("+", "max", "clip_min", "notexist")) {
      assertThat(refusal(form.replace("NAME", name)))
          .hasMessage("'" + name + "' operation invalid")
          .extracting(InvalidOperations::path)
          .isEqualTo(List.of());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(rolling blah 2 (metric a mean))",
        "(rolling mean (metric a mean))",
        "(rolling mean 0 (metric a mean))",
        "(rolling mean 2.5 (metric a mean))",
        "(rolling mean 99999999999 (metric a mean))",
        "(rolling mean 2 5)",
        "(rolling (mean) 2 (metric a mean))",
        "(aggregate blah (metric a mean))",
        "(aggregate last (metric a mean))",
        "(aggregate mean 2)",
        "(aggregate mean (+ 1 2))",
        "(aggregate mean (metric a mean) 2)",
        "(resample mean invalid (metric a mean))",
        "(resample mean -60 (metric a mean))",
        "(resample mean 0.0001 (metric a mean))",
        "(resample mean () (metric a mean))",
        "(resample var 60 (metric a mean))",
        "(resample increase 60 (metric a mean))",
        "(resample 100pct 60 (metric a mean))",
        "(resample mean 60 5)",
        "(rateofchange 5)",
        "(rateofchange (metric a mean) 5)",
        "(clip (metric a mean))",
        "(clip (metric a mean) x)",
        "(abs foo)",
        "(+ (metric a mean) foo)",
        "(+ foo (metric a mean))",
      })
  void parse_anOperationWhoseArgumentsDoNotFit_isRefused(String text) {
    String name = text.substring(1, text.indexOf(' '));
    assertThat(refusal(text)).hasMessage("'" + name + "' operation invalid");
  }

  @Test
  void parse_aNameThatIsNone_isShownAsPythonDoes() {
    assertThat(refusal(Arrays.asList(null, MEASURES))).hasMessage("'None' operation invalid");
    assertThat(refusal(List.of(List.of("it's", 2, true), MEASURES)))
        .hasMessage("'[\"it's\", 2, True]' operation invalid");
    assertThat(refusal(List.of("resample", "mean", true, MEASURES)))
        .hasMessage("'resample' operation invalid");
  }

  @Test
  void parse_aReferenceThatIsNone_saysWhichWhereverItIs() {
    String reason = "expected a metric and its aggregation, two strings";
    for (Object stated : List.of("(+ 1 (metric (a mean) b))", "(metric (a mean) (b mean max))")) {
      assertThat(refusal(stated))
          .hasMessage(reason)
          .extracting(InvalidOperations::path)
          .isEqualTo(List.of(1));
    }
    assertThat(refusal(List.of("metric", 1, 2)).path()).containsExactly(0);
    // The outer operation is looked at first, and one that is none is all that is told.
    assertThat(refusal("(aggregate blah (metric (a)))"))
        .hasMessage("'aggregate' operation invalid");
  }

  @Test
  void parse_listsNestedTooDeeply_isRefused() {
    int depth = OperationsParser.MAX_DEPTH;
    String deepest = "(abs ".repeat(depth - 1) + "(metric a mean)" + ")".repeat(depth - 1);
    assertThat(PARSER.parse(deepest).selectors()).hasSize(1);
    assertThat(refusal("(abs " + deepest + ")"))
        .hasMessageStartingWith("lists nested more than 100 deep");
    List<Object> tree = new ArrayList<>(MEASURES);
    for (int i = 0; i < depth; i++) {
      tree = List.of("abs", tree);
    }
    assertThat(refusal(tree)).hasMessage("lists nested more than 100 deep");
  }
}
