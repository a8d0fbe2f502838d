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
 */
public record QueryResult(
    QueryValue value,
    List<String> warnings,
    List<String> infos,
    Optional<Explanation> explanation) {
  /** An answer that is not explained. */
  public QueryResult(QueryValue value, List<String> warnings, List<String> infos) {
    this(value, warnings, infos, Optional.empty());
  }
}
