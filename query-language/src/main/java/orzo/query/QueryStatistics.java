package orzo.query;

import java.util.List;

/**
 * What a query took, in the terms of Prometheus's statistics.
 *
 * @param preparationNanos time for reading the query's text
 * @param evaluationNanos time for its evaluation
 * @param samplesPerStep how many samples were looked at for each step of the query; one counts
 *     again for each step whose range it lies in
 * @param startMillis the time of the first step
 * @param stepMillis how far the next one lies ahead
 * @param samplesRead how many samples were read from storage, or windows instead of them
 * @param peakSamples how many samples were held at most at one time
 */
public record QueryStatistics(
    long preparationNanos,
    long evaluationNanos,
    List<Long> samplesPerStep,
    long startMillis,
    long stepMillis,
    long samplesRead,
    long peakSamples) {
  /** Creates statistics. */
  public QueryStatistics {
    samplesPerStep = List.copyOf(samplesPerStep);
  }

  /** The samples of all steps. */
  public long samples() {
    return samplesPerStep.stream().mapToLong(Long::longValue).sum();
  }

  /** The same with the time for reading the text. */
  public QueryStatistics withPreparation(long nanos) {
    return new QueryStatistics(
        nanos, evaluationNanos, samplesPerStep, startMillis, stepMillis, samplesRead, peakSamples);
  }
}
