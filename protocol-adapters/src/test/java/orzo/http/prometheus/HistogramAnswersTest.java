package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.metric.Labels;
import orzo.query.QueryValue;
import orzo.split.SampleBuffer;

/** Answers with native histograms, over real HTTP. */
class HistogramAnswersTest {
  private static ApiUnderTest api;

  @BeforeAll
  static void start() {
    api = new ApiUnderTest(QueryLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void query_histograms_showTheirBuckets() {
    NativeHistogram exponential =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN,
            true,
            0,
            0.25,
            3,
            10,
            7.5,
            Buckets.of(new int[] {0, 1, 2}, new double[] {4, 0, 2}),
            Buckets.of(new int[] {1}, new double[] {1}));
    NativeHistogram empty =
        NativeHistogram.custom(ResetHint.UNKNOWN, true, 0, 0, new double[] {1}, Buckets.EMPTY);
    api.engine.answerWith(
        new QueryValue.Vector(
            List.of(Labels.of("a", "1"), Labels.of("a", "2"), Labels.of("a", "3")),
            new double[] {7.5, 0, 6},
            1500,
            new NativeHistogram[] {exponential, empty, null}));
    assertThat(api.get("/api/v1/query?query=h").body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                + "{\"metric\":{\"a\":\"1\"},\"histogram\":[1.500,{\"count\":\"10\",\"sum\":\"7.5\","
                + "\"buckets\":[[1,\"-2\",\"-1\",\"1\"],[3,\"-0.25\",\"0.25\",\"3\"],"
                + "[0,\"0.5\",\"1\",\"4\"],[0,\"2\",\"4\",\"2\"]]}]},"
                + "{\"metric\":{\"a\":\"2\"},\"histogram\":[1.500,{\"count\":\"0\",\"sum\":\"0\"}]},"
                + "{\"metric\":{\"a\":\"3\"},\"value\":[1.500,\"6\"]}]}}");
  }

  @Test
  void queryRange_histograms_standApartFromNumbers() {
    NativeHistogram histogram =
        NativeHistogram.custom(
            ResetHint.UNKNOWN,
            true,
            3,
            5,
            new double[] {1},
            Buckets.of(new int[] {0, 1}, new double[] {1, 2}));
    SampleBuffer mixed = new SampleBuffer(3);
    mixed.add(0, 5, 0, histogram);
    mixed.add(1000, 8);
    mixed.add(2000, 5, 0, histogram);
    SampleBuffer alone = new SampleBuffer(1);
    alone.add(1000, 5, 0, histogram);
    String shown =
        "{\"count\":\"3\",\"sum\":\"5\",\"buckets\":"
            + "[[3,\"-Inf\",\"1\",\"1\"],[0,\"1\",\"+Inf\",\"2\"]]}";
    api.engine.answerWith(
        new QueryValue.Matrix(
            List.of(Labels.of("a", "1"), Labels.of("a", "2")), List.of(mixed, alone)));
    assertThat(api.get("/api/v1/query_range?query=h&start=0&end=2&step=1").body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"a\":\"1\"},\"values\":[[1,\"8\"]],\"histograms\":[[0,"
                + shown
                + "],[2,"
                + shown
                + "]]},"
                + "{\"metric\":{\"a\":\"2\"},\"histograms\":[[1,"
                + shown
                + "]]}]}}");
  }
}
