package orzo.read;

import orzo.metric.Labels;
import orzo.split.SampleBuffer;

/** The series that a selector matched, in ascending order of labels, ready to be scanned. */
public interface Selection {
  /** How many series matched. */
  int size();

  /** The labels of series {@code i}. */
  Labels labels(int i);

  /**
   * Reads every series once and hands its samples of {@code [fromMillis, toMillis]} to {@code
   * visitor}, series without any left out. Returns when all were visited.
   *
   * @param visitor called from several threads at once, for each series by one of them
   * @throws orzo.storage.GatewayException from storage, from the budget or from the visitor
   */
  void scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor);

  /** Receives the samples of a series. */
  interface Visitor {
    /**
     * Takes the samples of series {@code i}.
     *
     * @param samples at least one, strictly ascending by time; belongs to the caller again when
     *     this returns
     */
    void visit(int i, SampleBuffer samples);
  }
}
