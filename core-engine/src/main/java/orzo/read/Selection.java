package orzo.read;

import java.util.List;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.metric.Labels;
import orzo.split.SampleBuffer;

/** The series that a selector matched, in ascending order of labels, ready to be scanned. */
public interface Selection {
  /** How many series matched. */
  int size();

  /** The labels of series {@code i}. */
  Labels labels(int i);

  /** The series {@code [from, to)} alone. */
  Selection part(int from, int to);

  /** What is kept of the series: one element for all that have the same policy. */
  List<Archive> archives();

  /** Which of {@link #archives} series {@code i} has. */
  int archive(int i);

  /**
   * Reads every series once and hands its samples of {@code [fromMillis, toMillis]} to {@code
   * visitor}, series without any left out. Returns when all were visited.
   *
   * @param visitor called from several threads at once, for each series by one of them
   * @throws orzo.storage.GatewayException from storage, from the budget or from the visitor
   */
  ReadCounts scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor);

  /**
   * Reads every series once, each from the source of its archive. Series read from samples, and
   * those of {@link Source.RawElseWindows} none of whose raw splits has expired, are handed to
   * {@code visitor} as in a scan of all. Of others {@code rowVisitor} gets the windows that
   * intersect {@code [fromMillis, toMillis]}.
   *
   * @param sources one for each of {@link #archives}
   * @param wanted the columns of rows
   * @throws orzo.storage.GatewayException from storage, from the budget or from a visitor
   */
  ReadCounts scan(
      long fromMillis,
      long toMillis,
      List<Source> sources,
      AggregateSchema wanted,
      ReadBudget budget,
      Visitor visitor,
      RowVisitor rowVisitor);

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

  /** Receives the windows of a series. */
  interface RowVisitor {
    /**
     * Takes the windows of series {@code i}.
     *
     * @param rows at least one; belongs to the caller again when this returns. With {@link
     *     Source.RawElseWindows}, a sample that is stored raw is a row of its own, which starts at
     *     the sample's time and has nothing but a border
     */
    void visit(int i, AggregateRows rows);
  }
}
