package orzo.query;

import java.util.List;
import java.util.Optional;

/**
 * An answer.
 *
 * @param value the value
 * @param warnings what the asker should know about the data, sorted
 * @param infos what the asker may want to know about the query, sorted
 * @param explanation how the answer came about, if that was asked for
 * @param statistics what it took, if that was asked for
 */
public record QueryResult(
    QueryValue value,
    List<String> warnings,
    List<String> infos,
    Optional<Explanation> explanation,
    Optional<QueryStatistics> statistics) {
  /** An answer that nothing more is said of. */
  public QueryResult(QueryValue value, List<String> warnings, List<String> infos) {
    this(value, warnings, infos, Optional.empty(), Optional.empty());
  }

  /** The same, with the time that reading the query's text took. */
  public QueryResult withPreparation(long nanos) {
    return statistics.isEmpty()
        ? this
        : new QueryResult(
            value, warnings, infos, explanation, statistics.map(s -> s.withPreparation(nanos)));
  }
}
