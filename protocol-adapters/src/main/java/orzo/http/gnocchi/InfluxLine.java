package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * A line of InfluxDB's line protocol: {@code measurement[,tag=value…] field=value[,…] [timestamp]}.
 * Backslashes escape blanks, commas and equals signs; texts may be quoted, as Gnocchi takes them
 * everywhere. Values end in {@code i} or {@code u} when they are whole.
 *
 * @param measurement what was measured
 * @param tags what it was measured of
 * @param fields what was found; those that are no numbers are left out
 * @param timestamp when, in the unit of the request; empty when it is not said
 */
record InfluxLine(
    String measurement,
    SortedMap<String, String> tags,
    List<Field> fields,
    OptionalLong timestamp) {
  private static final Pattern TRUTH = Pattern.compile("[tTfF]|[tT]rue|TRUE|[fF]alse|FALSE");

  /** A field with a number. */
  record Field(String name, double value) {}

  /** Keeps what cannot be changed. */
  InfluxLine {
    tags = Collections.unmodifiableSortedMap(tags);
    fields = List.copyOf(fields);
  }

  /**
   * Reads a line, without its end.
   *
   * @throws GatewayException {@link Kind#MALFORMED}, naming the character, when it is none
   */
  static InfluxLine parse(String line) {
    return new Cursor(line).line();
  }

  /** Goes through a line once, from left to right. */
  private static final class Cursor {
    private final String line;
    private int at;

    Cursor(String line) {
      this.line = line;
    }

    InfluxLine line() {
      String measurement = word("a measurement");
      SortedMap<String, String> tags = new TreeMap<>();
      while (accept(',')) {
        String key = word("a tag");
        expect('=');
        tags.put(key, word("a tag's value"));
      }
      expect(' ');
      List<Field> fields = new ArrayList<>();
      do {
        String key = word("a field");
        expect('=');
        field(key, fields);
      } while (accept(','));
      OptionalLong timestamp = OptionalLong.empty();
      skipBlanks();
      if (at < line.length()) {
        timestamp = OptionalLong.of(timestamp());
        skipBlanks();
      }
      if (at < line.length()) {
        throw malformed("the end of the line");
      }
      return new InfluxLine(measurement, tags, fields, timestamp);
    }

    /** A text that ends where a blank, a comma or an equals sign is not escaped, or is quoted. */
    private String word(String what) {
      if (at < line.length() && line.charAt(at) == '"') {
        return quoted();
      }
      StringBuilder word = new StringBuilder();
      while (at < line.length()) {
        char c = line.charAt(at);
        if (c == ' ' || c == ',' || c == '=') {
          break;
        }
        at++;
        boolean escapes = c == '\\' && at < line.length() && " ,=".indexOf(line.charAt(at)) >= 0;
        word.append(escapes ? line.charAt(at++) : c);
      }
      if (word.isEmpty()) {
        throw malformed(what);
      }
      return word.toString();
    }

    private String quoted() {
      StringBuilder text = new StringBuilder();
      for (at++; at < line.length(); at++) {
        char c = line.charAt(at);
        if (c == '"') {
          at++;
          return text.toString();
        }
        if (c == '\\' && at + 1 < line.length()) {
          at++;
        }
        text.append(line.charAt(at));
      }
      throw malformed("a closing quote");
    }

    private void field(String key, List<Field> into) {
      if (at < line.length() && line.charAt(at) == '"') {
        String _ = quoted();
        return;
      }
      int start = at;
      while (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != ' ') {
        at++;
      }
      String value = line.substring(start, at);
      if (TRUTH.matcher(value).matches()) {
        return;
      }
      boolean isWhole = value.endsWith("i") || value.endsWith("u");
      double number =
          Timestamps.number(isWhole ? value.substring(0, value.length() - 1) : value)
              .orElseThrow(() -> {
                at = start;
                return malformed("a number, a quoted text, true or false");
              });
      into.add(new Field(key, number));
    }

    private long timestamp() {
      int start = at;
      while (at < line.length() && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
        at++;
      }
      try {
        return Long.parseLong(line, start, at, 10);
      } catch (NumberFormatException _) {
        at = start;
        throw malformed("a timestamp: a whole number of 64 bits that is not negative");
      }
    }

    private void skipBlanks() {
      while (accept(' ')) {}
    }

    private boolean accept(char c) {
      if (at < line.length() && line.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char c) {
      if (!accept(c)) {
        throw malformed("'" + c + "'");
      }
    }

    private GatewayException malformed(String expected) {
      return new GatewayException(
          Kind.MALFORMED, "character " + (at + 1) + " (expected: " + expected + ")");
    }
  }
}
