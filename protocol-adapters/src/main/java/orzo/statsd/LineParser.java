package orzo.statsd;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads packets. Makes no object for lines of the usual forms. Not safe for many threads.
 *
 * <p>A line is {@code name:value|type}, then perhaps {@code |@rate} and {@code |#tag:value,…};
 * after a further colon come further values of the name, each with a type and a rate of its own.
 * With {@link Dialect#DOGSTATSD} a type may follow several values, {@code name:1:2:3|ms}, and
 * sections may come in any order after it.
 */
final class LineParser {
  private enum Type {
    COUNT,
    GAUGE,
    /** {@code ms} as it stands: never negative. */
    TIME,
    OBSERVATION,
    SET,
    /** {@code s} with blanks around it, for which the reference daemon asks for a number. */
    NUMBER_SET
  }

  private final LineSink sink;
  private final boolean dogStatsd;

  private byte[] bytes = new byte[0];
  // Of the value that is looked at: one divided by its sample rate, and its time of its own.
  private double weight;
  private long seconds;
  private boolean timed;

  LineParser(Set<Dialect> dialects, LineSink sink) {
    this.dogStatsd = dialects.contains(Dialect.DOGSTATSD);
    this.sink = sink;
  }

  /** Reads the lines of {@code [start, end)}; the last one needs no line feed. */
  void parse(byte[] packet, int start, int end) {
    bytes = packet;
    int lineStart = start;
    for (int i = start; i < end; i++) {
      if (packet[i] == '\n') {
        parseLine(lineStart, i);
        lineStart = i + 1;
      }
    }
    parseLine(lineStart, end);
  }

  private void parseLine(int start, int end) {
    if (start == end) {
      return;
    }
    sink.line();
    if (dogStatsd && bytes[start] == '_') {
      if (startsWith("_e{", start, end)) {
        parseEvent(start + 3, end);
        return;
      } else if (startsWith("_sc|", start, end)) {
        parseServiceCheck(start + 4, end);
        return;
      }
    }
    int colon = -1;
    int tags = end; // where |# stands
    for (int i = start; i < end; i++) {
      byte c = bytes[i];
      if (c == ':') {
        if (colon < 0) {
          colon = i;
        }
      } else if (c == '|' && i + 1 < end && bytes[i + 1] == '#') {
        tags = i;
        break;
      }
    }
    if (colon < 0) {
      sink.fault(LineFault.NO_VALUE);
      return;
    }
    int tagsStart = Math.min(tags + 2, end);
    if (dogStatsd) {
      sink.series(bytes, start, colon, tagsStart, indexOf('|', tagsStart, end));
      parseSections(colon + 1, end);
    } else {
      sink.series(bytes, start, colon, tagsStart, endOfTags(tagsStart, end));
      parseGroups(colon + 1, tags);
    }
  }

  private int endOfTags(int start, int end) {
    for (int i = start; i + 1 < end; i++) {
      if (bytes[i] == '|' && bytes[i + 1] == '#') {
        return i;
      }
    }
    return end;
  }

  /** Reads {@code value|type|@rate:value|type…}, as the reference daemon does. */
  private void parseGroups(int start, int end) {
    int from = start;
    while (true) {
      int groupEnd = indexOf(':', from, end);
      int valueEnd = indexOf('|', from, groupEnd);
      if (valueEnd == groupEnd) {
        sink.fault(LineFault.NO_TYPE);
      } else {
        int typeEnd = indexOf('|', valueEnd + 1, groupEnd);
        weight = 1;
        timed = false;
        if (typeEnd == groupEnd || parseRate(typeEnd + 1, indexOf('|', typeEnd + 1, groupEnd))) {
          parseValue(typeOf(valueEnd + 1, typeEnd), from, valueEnd);
        }
      }
      if (groupEnd == end) {
        return;
      }
      from = groupEnd + 1;
    }
  }

  /** Reads {@code value:value|type|section|section:value|type…}. */
  private void parseSections(int start, int end) {
    int from = start;
    while (true) {
      int valuesEnd = indexOf('|', from, end);
      if (valuesEnd == end || valuesEnd + 1 < end && bytes[valuesEnd + 1] == '#') {
        sink.fault(LineFault.NO_TYPE);
        return;
      }
      int typeEnd = indexOf('|', ':', valuesEnd + 1, end);
      Type type = typeOf(valuesEnd + 1, typeEnd);
      weight = 1;
      timed = false;
      LineFault fault = null;
      int at = typeEnd;
      while (at < end && bytes[at] == '|') {
        int section = at + 1;
        byte first = section < end ? bytes[section] : 0;
        if (first == '#' || isOpenSection(section, end)) {
          at = indexOf('|', section, end);
          continue;
        }
        at = indexOf('|', ':', section, end);
        if (first == 'T') {
          if (!parseTimestamp(section + 1, at) || type != Type.COUNT && type != Type.GAUGE) {
            fault = LineFault.BAD_TIMESTAMP;
          }
        } else if (first == '@' || section == typeEnd + 1) { // what comes later may be anything
          if (!isRate(section, at)) {
            fault = LineFault.BAD_RATE;
          }
        }
      }
      if (fault != null) {
        sink.fault(fault);
      } else if (type == Type.SET) {
        parseValue(type, from, valuesEnd); // colons are part of it
      } else {
        parseValues(type, from, valuesEnd);
      }
      if (at == end) {
        return;
      }
      from = at + 1;
    }
  }

  private void parseValues(Type type, int start, int end) {
    int from = start;
    while (true) {
      int valueEnd = indexOf(':', from, end);
      parseValue(type, from, valueEnd);
      if (valueEnd == end) {
        return;
      }
      from = valueEnd + 1;
    }
  }

  /** Whether a section tells where a value comes from; colons are part of it. */
  private boolean isOpenSection(int start, int end) {
    return startsWith("c:", start, end)
        || startsWith("e:", start, end)
        || startsWith("card:", start, end);
  }

  private void parseValue(Type type, int start, int end) {
    if (type == Type.SET) {
      sink.member(bytes, start, end);
      return;
    }
    double value = JsNumber.parse(bytes, start, end);
    if (Double.isNaN(value)) {
      sink.fault(LineFault.BAD_VALUE);
      return;
    }
    switch (type) {
      case COUNT -> {
        if (timed) {
          sink.countAt(value, seconds);
        } else {
          sink.count(value, weight);
        }
      }
      case GAUGE -> {
        if (timed) {
          sink.gaugeAt(value, seconds);
        } else {
          sink.gauge(value, bytes[start] == '+' || bytes[start] == '-');
        }
      }
      case TIME -> {
        if (value < 0) {
          sink.fault(LineFault.NEGATIVE_TIME);
        } else {
          sink.observe(value, weight);
        }
      }
      case OBSERVATION -> sink.observe(value, weight);
      case SET, NUMBER_SET -> sink.member(bytes, start, end);
    }
  }

  private Type typeOf(int start, int end) {
    if (end - start == 1) {
      byte c = bytes[start];
      if (c == 'c') {
        return Type.COUNT;
      } else if (c == 'g') {
        return Type.GAUGE;
      } else if (c == 's') {
        return Type.SET;
      } else if (dogStatsd && (c == 'h' || c == 'd')) {
        return Type.OBSERVATION;
      }
      return Type.COUNT;
    }
    if (end - start == 2 && bytes[start] == 'm' && bytes[start + 1] == 's') {
      return Type.TIME;
    }
    if (start == end) {
      return Type.COUNT;
    }
    return trimmedTypeOf(start, end);
  }

  /** Of a type with blanks around it, or an unknown one, which counts as a counter. */
  private Type trimmedTypeOf(int start, int end) {
    return switch (JsText.trim(new String(bytes, start, end - start, StandardCharsets.UTF_8))) {
      case "g" -> Type.GAUGE;
      case "s" -> dogStatsd ? Type.SET : Type.NUMBER_SET;
      case "ms" -> dogStatsd ? Type.TIME : Type.OBSERVATION;
      case "h", "d" -> dogStatsd ? Type.OBSERVATION : Type.COUNT;
      default -> Type.COUNT;
    };
  }

  /** Reads a rate with its {@code @}, or tells what is wrong with it. */
  private boolean parseRate(int start, int end) {
    if (isRate(start, end)) {
      return true;
    }
    sink.fault(LineFault.BAD_RATE);
    return false;
  }

  /**
   * Reads a rate with its {@code @}. It must be a number, of which then only the leading run of
   * digits and dots counts.
   */
  private boolean isRate(int start, int end) {
    if (end - start < 2 || bytes[start] != '@') {
      return false;
    }
    int run = start + 1;
    while (run < end && (bytes[run] == '.' || bytes[run] >= '0' && bytes[run] <= '9')) {
      run++;
    }
    double rate = JsNumber.parse(bytes, start + 1, run);
    if (Double.isNaN(rate) || run < end && Double.isNaN(JsNumber.parse(bytes, start + 1, end))) {
      return false;
    }
    if (dogStatsd && rate == 0) { // the reference daemon makes it infinitely many
      return false;
    }
    weight = 1 / rate;
    return true;
  }

  private boolean parseTimestamp(int start, int end) {
    if (start == end || end - start > 11) {
      return false;
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
      value = value * 10 + bytes[i] - '0';
    }
    seconds = value;
    timed = true;
    return true;
  }

  /** Reads an event from its lengths on: {@code 5,4}:title|text|…}. */
  private void parseEvent(int start, int end) {
    int comma = indexOf(',', start, end);
    int brace = indexOf('}', comma, end);
    int title = length(start, comma);
    int text = length(comma + 1, brace);
    int titleStart = brace + 2;
    int textEnd = titleStart + title + 1 + text;
    boolean fits =
        title > 0
            && text >= 0
            && titleStart <= end
            && bytes[brace + 1] == ':'
            && textEnd <= end
            && bytes[titleStart + title] == '|'
            && (textEnd == end || bytes[textEnd] == '|');
    if (fits) {
      sink.event();
    } else {
      sink.fault(LineFault.BAD_EVENT);
    }
  }

  /** A length of at most six digits; negative when it is none. */
  private int length(int start, int end) {
    if (start >= end || end - start > 6) {
      return -1;
    }
    int length = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      length = length * 10 + bytes[i] - '0';
    }
    return length;
  }

  /** Reads a service check from its name on: {@code name|0|…}. */
  private void parseServiceCheck(int start, int end) {
    int nameEnd = indexOf('|', start, end);
    int statusEnd = indexOf('|', nameEnd + 1, end);
    if (nameEnd > start
        && statusEnd - nameEnd == 2
        && bytes[nameEnd + 1] >= '0'
        && bytes[nameEnd + 1] <= '3') {
      sink.serviceCheck();
    } else {
      sink.fault(LineFault.BAD_SERVICE_CHECK);
    }
  }

  private boolean startsWith(String text, int start, int end) {
    if (text.length() > end - start) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where the byte stands first in {@code [start, end)}; {@code end} when it does not. */
  private int indexOf(char wanted, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return end;
  }

  private int indexOf(char one, char other, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == one || bytes[i] == other) {
        return i;
      }
    }
    return end;
  }
}
