package orzo.promql.syntax;

import orzo.query.QueryException;

/** A fault at a place of the query, before line and column are known. */
final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Position position;

  SyntaxException(Position position, String message) {
    // No stack trace: the fault is in the query, and anybody may send many of them.
    super(message, null, false, false);
    this.position = position;
  }

  /** As the asker sees it: line and column of the first character, both from 1. */
  QueryException in(String query) {
    return new QueryException(
        QueryException.Type.BAD_DATA,
        lineAndColumn(query, position.start()) + ": parse error: " + getMessage(),
        this);
  }

  /** {@code line:column} of a character, both from 1; a column is a {@code char}. */
  static String lineAndColumn(String query, int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      if (query.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return line + ":" + (offset - lineStart + 1);
  }
}
