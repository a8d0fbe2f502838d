package orzo.statsd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Objects as {@code util.inspect} of Node 20 shows them, which the reference daemon answers with:
 * on one line what fits there, long lists of numbers in columns.
 */
final class NodeText {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  /** Keys that JavaScript takes for indexes, and lists first, in ascending order. */
  private static final Pattern INDEX = Pattern.compile("0|[1-9]\\d{0,9}");

  private static final long MAX_INDEX = 0xffff_fffeL;

  private static final int BREAK_LENGTH = 80;
  private static final int INDENT = 2;

  /** How many values of a list are shown. */
  private static final int MAX_VALUES = 100;

  /** Lists with more values than this come in columns. */
  private static final int UNGROUPED = 6;

  private static final int MAX_COLUMNS = 12;
  private static final int SEPARATOR = 2;

  /** What Node takes off the width of a column before it computes how many there are. */
  private static final int NARROWER = 3;

  /** How much higher than wide Node takes a character for, so that columns make a square. */
  private static final double CHARACTER_HEIGHT = 2.5;

  private NodeText() {}

  /** An object whose members stand in the order in which they were made. */
  static String object(Map<String, String> members) {
    List<String> entries = new ArrayList<>();
    members.keySet().stream()
        .filter(NodeText::isIndex)
        .sorted(Comparator.comparingLong(Long::parseLong))
        .forEach(key -> entries.add(entry(key, members)));
    members.keySet().stream()
        .filter(key -> !isIndex(key))
        .forEach(key -> entries.add(entry(key, members)));
    if (entries.isEmpty()) {
      return "{}";
    }
    return fitsOnALine(entries, 0)
        ? "{ " + String.join(", ", entries) + " }"
        : "{\n  " + String.join(",\n  ", entries) + "\n}";
  }

  private static boolean isIndex(String key) {
    return INDEX.matcher(key).matches() && Long.parseLong(key) <= MAX_INDEX;
  }

  private static String entry(String key, Map<String, String> members) {
    return quoted(key) + ": " + members.get(key);
  }

  private static boolean fitsOnALine(List<String> entries, int indent) {
    int length = 2 * entries.size() + indent + 11; // with brackets, and some room to spare
    for (String entry : entries) {
      length += entry.length();
      if (entry.indexOf('\n') >= 0) {
        return false;
      }
    }
    return length <= BREAK_LENGTH;
  }

  /** A number; other than {@link JsNumber} it shows that a zero is negative. */
  static String number(double value) {
    return value == 0 && 1 / value < 0 ? "-0" : JsNumber.text(value);
  }

  /** A list of numbers that is a member of an object. */
  static String list(double[] values, int size) {
    if (size == 0) {
      return "[]";
    }
    List<String> entries = new ArrayList<>();
    int shown = Math.min(size, MAX_VALUES);
    for (int i = 0; i < shown; i++) {
      entries.add(number(values[i]));
    }
    if (size > shown) {
      entries.add("... " + (size - shown) + (size == shown + 1 ? " more item" : " more items"));
    }
    List<String> lines = entries.size() > UNGROUPED ? grouped(entries, shown) : entries;
    if (lines.size() == entries.size() && fitsOnALine(entries, INDENT)) {
      return "[ " + String.join(", ", entries) + " ]";
    }
    return "[\n    " + String.join(",\n    ", lines) + "\n  ]";
  }

  /**
   * Values in columns.
   *
   * @param count how many entries are values; what follows them stays on a line of its own
   */
  private static List<String> grouped(List<String> entries, int count) {
    int total = 0;
    int longest = 0;
    for (int i = 0; i < count; i++) {
      total += entries.get(i).length() + SEPARATOR;
      longest = Math.max(longest, entries.get(i).length());
    }
    int width = longest + SEPARATOR;
    boolean alike = (double) total / width > 5 || longest <= 6;
    if (3 * width + INDENT >= BREAK_LENGTH || !alike) {
      return entries;
    }
    double biased =
        Math.max(width - NARROWER - Math.sqrt(width - (double) total / entries.size()), 1);
    int columns =
        (int)
            Math.min(
                Math.round(Math.sqrt(CHARACTER_HEIGHT * biased * count) / biased),
                Math.min((BREAK_LENGTH - INDENT) / width, MAX_COLUMNS));
    if (columns <= 1) {
      return entries;
    }
    int[] widths = new int[columns];
    for (int i = 0; i < count; i++) {
      widths[i % columns] = Math.max(widths[i % columns], entries.get(i).length());
    }
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < count; from += columns) {
      StringBuilder line = new StringBuilder();
      for (int i = from; i < Math.min(from + columns, count); i++) {
        line.append(i == from ? "" : ", ");
        line.repeat(' ', widths[i % columns] - entries.get(i).length()).append(entries.get(i));
      }
      lines.add(line.toString());
    }
    lines.addAll(entries.subList(count, entries.size()));
    return lines;
  }

  private static String quoted(String key) {
    if (IDENTIFIER.matcher(key).matches()) {
      return key;
    }
    char quote = '\'';
    if (key.contains("'")) {
      quote = !key.contains("\"") ? '"' : !key.contains("`") && !key.contains("${") ? '`' : '\'';
    }
    StringBuilder text = new StringBuilder().append(quote);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      switch (c) {
        case '\b' -> text.append("\\b");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\f' -> text.append("\\f");
        case '\r' -> text.append("\\r");
        case '\\' -> text.append("\\\\");
        default -> {
          if (c == quote) {
            text.append('\\').append(c);
          } else if (c < ' ' || c >= 0x7f && c < 0xa0) {
            text.append("\\x").append(String.format(Locale.ROOT, "%02X", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.append(quote).toString();
  }
}
