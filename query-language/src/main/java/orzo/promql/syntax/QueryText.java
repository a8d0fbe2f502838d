package orzo.promql.syntax;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.IntStream;
import org.antlr.v4.runtime.misc.Interval;

/**
 * A query as ANTLR's lexer reads it, one {@code char} at a time, so that a token's indices are
 * those of the string. ANTLR's own streams count code points.
 */
final class QueryText implements CharStream {
  private final String text;
  private int index;

  QueryText(String text) {
    this.text = text;
  }

  @Override
  public String getText(Interval interval) {
    int end = Math.min(interval.b + 1, text.length());
    return interval.a < end ? text.substring(interval.a, end) : "";
  }

  @Override
  public void consume() {
    if (index == text.length()) {
      throw new IllegalStateException("end of input is not consumed");
    }
    index++;
  }

  @Override
  public int LA(int distance) {
    if (distance == 0) {
      return 0;
    }
    int target = index + (distance > 0 ? distance - 1 : distance);
    return target >= 0 && target < text.length() ? text.charAt(target) : IntStream.EOF;
  }

  @Override
  public int mark() {
    return -1;
  }

  @Override
  public void release(int marker) {}

  @Override
  public int index() {
    return index;
  }

  @Override
  public void seek(int target) {
    index = Math.min(target, text.length());
  }

  @Override
  public int size() {
    return text.length();
  }

  @Override
  public String getSourceName() {
    return "query";
  }

  @Override
  public String toString() {
    return text;
  }
}
