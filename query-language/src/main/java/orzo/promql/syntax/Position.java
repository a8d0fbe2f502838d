package orzo.promql.syntax;

/**
 * A half-open range of the query text.
 *
 * @param start index of the first character, from 0
 * @param end index after the last character
 */
public record Position(int start, int end) {}
