package orzo.promql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.promql.script.LoadedSeries;
import orzo.promql.syntax.PromQlFeature;
import orzo.promql.syntax.PromQlParser;
import orzo.query.Explanation;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.read.SeriesReader;
import orzo.split.SampleBuffer;

class CommonPartsTest {
  private static final long END = 600_000;
  private static final QueryOptions OPTIONS = QueryOptions.DEFAULT;

  private final LoadedSeries series = new LoadedSeries();
  private final AtomicInteger selections = new AtomicInteger();
  private final SeriesReader reader =
      (tenant, matchers) -> {
        selections.incrementAndGet();
        return series.select(tenant, matchers);
      };
  private final Evaluation evaluation =
      new Evaluation(reader, 60_000, PromQlFeature.DEFAULT, System::nanoTime);

  CommonPartsTest() {
    Random random = new Random(5);
    for (String name : List.of("a_total", "b", "c_bucket")) {
      for (int i = 0; i < 4; i++) {
        Labels labels = Labels.of("__name__", name, "i", "" + i, "le", "" + i, "job", "j" + i % 2);
        double value = 0;
        for (long time = 0; time <= END; time += 15_000) {
          value += random.nextInt(-1, 9);
          series.add(labels, time, value);
        }
      }
    }
  }

  @Test
  void part_writtenTwice_isReadOnce_andExplained() {
    QueryResult result = instant("(a_total - b) / a_total", OPTIONS.withExplain(true));

    assertThat(selections).hasValue(2);
    Explanation right = result.explanation().orElseThrow().operands().getLast();
    assertThat(right.operation()).isEqualTo("as elsewhere");
    assertThat(right.expression()).isEqualTo("a_total");
    assertThat(right.scan()).isEmpty();
  }

  @Test
  void largestPart_writtenTwice_isEvaluatedOnce() {
    instant("sum(rate(a_total[2m])) / sum(rate(a_total[2m]))", OPTIONS);
    assertThat(selections).hasValue(1);
    instant("sum(rate(a_total[2m])) / sum(rate(a_total[3m]))", OPTIONS);
    assertThat(selections).hasValue(3);
  }

  @Test
  void part_thatTellsSomething_tellsItWhereverItIsWritten() {
    String text = "quantile(2, b) + quantile(2, b)";
    PreparedQuery asWritten = PreparedQuery.asWritten(PromQlParser.parse(text), text);

    assertThat(instant(text, OPTIONS).warnings()).hasSize(1);
    assertThat(outcome(prepared(text), 0)).isEqualTo(outcome(asWritten, 0));
  }

  @Test
  void part_thatIsLarge_isEvaluatedAgain() {
    instant("a_total + a_total", atMost(40));
    assertThat(selections).hasValue(1);
    instant("a_total + a_total", atMost(39));
    assertThat(selections).hasValue(3);
  }

  @Test
  void statistics_countEachPartWhereItIsWritten() {
    instant("b / b", OPTIONS.withStatistics(true));
    assertThat(selections).hasValue(2);
  }

  /** Whatever is written twice, the answer is the one that evaluating it twice gives. */
  @RepeatedTest(100)
  void evaluate_ofRandomExpressions_equalsEvaluatingEachPart(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parts.add(vector(random, parts, 2));
    }
    String text = vector(random, parts, 3);
    PreparedQuery asWritten = PreparedQuery.asWritten(PromQlParser.parse(text), text);

    for (long step : new long[] {0, 45_000}) {
      assertThat(outcome(prepared(text), step)).as(text).isEqualTo(outcome(asWritten, step));
    }
  }

  private static PreparedQuery prepared(String text) {
    return PreparedQuery.of(PromQlParser.parse(text), text);
  }

  private QueryResult instant(String text, QueryOptions options) {
    return evaluation.instant(Tenant.DEFAULT, prepared(text), END, options);
  }

  private static QueryOptions atMost(long samples) {
    return new QueryOptions(Duration.ofMinutes(1), Duration.ofMinutes(5), samples, () -> false);
  }

  /** All that an answer says, or why there is none. */
  private String outcome(PreparedQuery query, long step) {
    try {
      QueryResult result =
          step == 0
              ? evaluation.instant(Tenant.DEFAULT, query, END, OPTIONS)
              : evaluation.range(Tenant.DEFAULT, query, 0, END, step, OPTIONS);
      return shown(result.value()) + result.warnings() + result.infos();
    } catch (QueryException e) {
      return e.type() + " " + e.getMessage();
    }
  }

  private static String shown(QueryValue value) {
    StringBuilder text = new StringBuilder();
    switch (value) {
      case QueryValue.Vector vector -> {
        for (int i = 0; i < vector.series().size(); i++) {
          text.append(vector.series().get(i)).append(' ').append(vector.values()[i]).append('\n');
        }
      }
      case QueryValue.Matrix(List<Labels> labels, List<SampleBuffer> samples) -> {
        for (int i = 0; i < labels.size(); i++) {
          text.append(labels.get(i));
          for (int s = 0; s < samples.get(i).size; s++) {
            text.append(' ').append(samples.get(i).timestampsMillis[s]);
            text.append('=').append(samples.get(i).values[s]);
          }
          text.append('\n');
        }
      }
      case QueryValue.Scalar _, QueryValue.Text _ -> text.append(value);
    }
    return text.toString();
  }

  private static String vector(Random random, List<String> parts, int depth) {
    if (!parts.isEmpty() && random.nextInt(3) == 0) {
      return "(" + parts.get(random.nextInt(parts.size())) + ")";
    }
    if (depth == 0) {
      return List.of("a_total", "b", "b{job=\"j1\"}", "c_bucket", "a_total offset 1m", "b @ 300")
          .get(random.nextInt(6));
    }
    String one = vector(random, parts, depth - 1);
    String other = vector(random, parts, depth - 1);
    return switch (random.nextInt(9)) {
      case 0 -> one + " / ignoring (le, i) group_left () sum by (job) (" + other + ")";
      case 1 -> one + " or " + other;
      case 2 -> one + " unless on (i) " + other;
      case 3 -> "sum by (job) (" + one + ") - on (job) group_right () " + other;
      case 4 -> "topk(2, " + one + ")";
      case 5 -> "max_over_time((" + one + ")[3m:1m])";
      case 6 -> "rate(a_total[" + random.nextInt(1, 4) + "m]) * 2";
      case 7 -> "histogram_quantile(0.5, sum by (le) (" + one + "))";
      default -> "(-abs(" + one + ") > bool 3)";
    };
  }
}
