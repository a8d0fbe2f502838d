package orzo.query;

import java.util.List;

/**
 * An answer.
 *
 * @param value the value
 * @param warnings what the asker should know about the data, sorted
 * @param infos what the asker may want to know about the query, sorted
 */
public record QueryResult(QueryValue value, List<String> warnings, List<String> infos) {}
