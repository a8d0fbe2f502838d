package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;
import orzo.split.SampleBuffer;

/**
 * What a smoothed instant selector shows: the value on the line between the samples before and
 * after, or the one before where none follows. Source: Prometheus's promql/engine.go, {@code
 * smoothSeries}.
 */
public final class Smoothing {
  private Smoothing() {}

  /**
   * Evaluates all steps of a series into an empty block.
   *
   * @param live the samples, without stale markers
   * @param firstMillis the time that the first step looks at
   * @param stepMillis how far the next step's time lies ahead
   * @param lookbackMillis how far before and after a time to look; that far before is too far
   */
  public static void evaluate(
      SampleBuffer live,
      long firstMillis,
      long stepMillis,
      long lookbackMillis,
      SeriesBlock result) {
    long[] times = live.timestampsMillis;
    double[] values = live.values;
    int next = 0; // index of the first sample at or after the step's time
    for (int step = 0; step < result.values.length; step++) {
      long time = firstMillis + step * stepMillis;
      while (next < live.size && times[next] < time) {
        next++;
      }
      if (next < live.size && times[next] == time) {
        result.set(step, values[next]);
        continue;
      }
      int before = next - 1;
      if (before < 0 || times[before] <= time - lookbackMillis) {
        continue;
      }
      double value = values[before];
      if (next < live.size && times[next] <= time + lookbackMillis) {
        value += (values[next] - value) * (time - times[before]) / (times[next] - times[before]);
      }
      result.set(step, value);
    }
  }
}
