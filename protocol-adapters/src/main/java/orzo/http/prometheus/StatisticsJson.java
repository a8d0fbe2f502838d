package orzo.http.prometheus;

import java.io.IOException;
import orzo.query.QueryStatistics;

/** Writes the statistics of a query as Prometheus does. Source: its util/stats/query_stats.go. */
final class StatisticsJson {
  private static final double NANOS = 1e9;

  private StatisticsJson() {}

  /**
   * Writes the object.
   *
   * @param queueNanos how long the query waited for its turn
   * @param perStep whether the samples of each step are shown too
   */
  static void write(JsonWriter json, QueryStatistics statistics, long queueNanos, boolean perStep)
      throws IOException {
    long evaluation = statistics.preparationNanos() + statistics.evaluationNanos();
    json.raw("{\"timings\":{\"evalTotalTime\":");
    seconds(json, evaluation);
    json.raw(",\"resultSortTime\":0,\"queryPreparationTime\":");
    seconds(json, statistics.preparationNanos());
    json.raw(",\"innerEvalTime\":");
    seconds(json, statistics.evaluationNanos());
    json.raw(",\"execQueueTime\":");
    seconds(json, queueNanos);
    json.raw(",\"execTotalTime\":");
    seconds(json, queueNanos + evaluation);
    json.raw("},\"samples\":{");
    if (perStep) {
      json.raw("\"totalQueryableSamplesPerStep\":");
      steps(json, statistics);
      json.raw(',');
    }
    json.raw("\"totalQueryableSamples\":");
    json.integer(statistics.samples());
    json.raw(",\"samplesRead\":");
    json.integer(statistics.samplesRead());
    json.raw(",\"peakSamples\":");
    json.integer(statistics.peakSamples());
    json.raw("}}");
  }

  private static void seconds(JsonWriter json, long nanos) throws IOException {
    json.raw(Double.toString(nanos / NANOS));
  }

  private static void steps(JsonWriter json, QueryStatistics statistics) throws IOException {
    json.raw('[');
    long time = statistics.startMillis();
    for (int i = 0; i < statistics.samplesPerStep().size(); i++) {
      json.raw(i == 0 ? "[" : ",[");
      json.timestamp(time + i * statistics.stepMillis());
      json.raw(',');
      json.integer(statistics.samplesPerStep().get(i));
      json.raw(']');
    }
    json.raw(']');
  }
}
