package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import orzo.query.QueryStatistics;
import orzo.query.QueryValue;

class StatisticsJsonTest {
  private static final QueryStatistics STATISTICS =
      new QueryStatistics(500_000, 1_500_000, List.of(3L, 4L), 1_500, 1_000, 9, 5);

  private static String json(boolean perStep) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter writer = new JsonWriter(out);
    ValueJson.write(
        writer,
        new QueryValue.Scalar(2_000, 1),
        Optional.of(json -> StatisticsJson.write(json, STATISTICS, 250_000_000, perStep)));
    writer.drain();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void statistics_followTheResult() throws IOException {
    assertThat(json(false))
        .isEqualTo(
            "{\"resultType\":\"scalar\",\"result\":[2,\"1\"],\"stats\":{\"timings\":"
                + "{\"evalTotalTime\":0.002,\"resultSortTime\":0,\"queryPreparationTime\":5.0E-4,"
                + "\"innerEvalTime\":0.0015,\"execQueueTime\":0.25,\"execTotalTime\":0.252},"
                + "\"samples\":{\"totalQueryableSamples\":7,\"samplesRead\":9,"
                + "\"peakSamples\":5}}}");
  }

  @Test
  void statistics_ofAll_haveTheSamplesOfEachStep() throws IOException {
    assertThat(json(true)).contains("{\"totalQueryableSamplesPerStep\":[[1.500,3],[2.500,4]],");
  }
}
