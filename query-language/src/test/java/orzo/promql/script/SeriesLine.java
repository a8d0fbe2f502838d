package orzo.promql.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.metric.Labels;

/**
 * A line of a script that names a series and its values, as in {@code up{job="a"} 1+2x3 _ stale}.
 *
 * @param labels the series; absent when the line is a number only
 * @param values one for each point in time; empty where there is none
 * @param isStarts whether the values are start timestamps of the line that follows: milliseconds
 *     counted from each sample's time
 */
record SeriesLine(Optional<Labels> labels, List<Optional<Point>> values, boolean isStarts) {
  /** What marks the end of a series. */
  static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private static final String NUMBER =
      "[+-]?(?:[0-9.]+(?:[eE][+-]?[0-9]+)?|0x[0-9a-fA-F]+|[iI]nf|[nN]a[nN])";
  private static final Pattern REPEATED =
      Pattern.compile("(" + NUMBER + ")(?:([+-])(" + NUMBER + "))?x([0-9]+)");

  private static final Pattern STARTS =
      Pattern.compile("([+-]?(?:[0-9.]+[a-wyz]*)+?)([+-](?:[0-9.]+[a-wyz]*)+?)?(?:x([0-9]+))?");

  static SeriesLine parse(String line) {
    Scanner scanner = new Scanner(line);
    Optional<Labels> labels = scanner.labels();
    List<Optional<Point>> values = new ArrayList<>();
    String rest = line.substring(scanner.at).strip();
    if (rest.startsWith("@st")) {
      for (String item : rest.substring("@st".length()).strip().split("\\s+", -1)) {
        addStarts(item, values);
      }
      return new SeriesLine(labels, values, true);
    }
    while (!rest.isEmpty()) {
      int read = HistogramNotation.read(rest, values);
      if (read > 0) {
        rest = rest.substring(read).strip();
        continue;
      }
      int end = rest.indexOf(' ') < 0 ? rest.length() : rest.indexOf(' ');
      addItem(rest.substring(0, end), values);
      rest = rest.substring(end).strip();
    }
    return new SeriesLine(labels, values, false);
  }

  private static void addStarts(String item, List<Optional<Point>> values) {
    Matcher starts = STARTS.matcher(item);
    if (item.startsWith("_")) {
      addItem(item, values);
    } else if (!starts.matches()) {
      throw new IllegalArgumentException("start timestamp '" + item + "' (expected: a duration)");
    } else {
      long start = Durations.millis(starts.group(1).replace("+", ""));
      long step = starts.group(2) == null ? 0 : Durations.millis(starts.group(2).replace("+", ""));
      int times = starts.group(3) == null ? 0 : Integer.parseInt(starts.group(3));
      for (int i = 0; i <= times; i++) {
        values.add(Optional.of(Point.of(start + i * step)));
      }
    }
  }

  private static void addItem(String item, List<Optional<Point>> values) {
    Matcher repeated = REPEATED.matcher(item);
    if (item.equals("_")) {
      values.add(Optional.empty());
    } else if (item.startsWith("_x")) {
      repeat(Optional.empty(), Integer.parseInt(item.substring(2)), values);
    } else if (item.equals("stale")) {
      values.add(Optional.of(Point.of(STALE)));
    } else if (repeated.matches()) {
      double value = number(repeated.group(1));
      double step = repeated.group(3) == null ? 0 : number(repeated.group(3));
      for (int i = 0; i <= Integer.parseInt(repeated.group(4)); i++) {
        values.add(Optional.of(Point.of(value)));
        value += "-".equals(repeated.group(2)) ? -step : step;
      }
    } else {
      values.add(Optional.of(Point.of(number(item))));
    }
  }

  private static void repeat(Optional<Point> value, int times, List<Optional<Point>> values) {
    for (int i = 0; i < times; i++) {
      values.add(value);
    }
  }

  static double number(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  /** Reads name and labels from the start of a line. */
  private static final class Scanner {
    private final String line;
    private int at;

    Scanner(String line) {
      this.line = line;
    }

    Optional<Labels> labels() {
      Labels.Builder labels = new Labels.Builder();
      String name = bareName();
      if (name.isEmpty() && !peek('{')) {
        return Optional.empty();
      }
      if (name.matches("(?i)[+-]?(inf|nan)") && !peek('{')) {
        at = 0;
        return Optional.empty();
      }
      labels.set(Labels.NAME, name);
      if (peek('{') && !line.startsWith("{{", at)) {
        at++;
        while (!peek('}')) {
          skip();
          String label = peek('"') || peek('\'') ? string() : bareName();
          skip();
          if (peek('=')) {
            at++;
            skip();
            labels.set(label, string());
          } else {
            labels.set(Labels.NAME, label);
          }
          skip();
          if (peek(',')) {
            at++;
          }
          skip();
        }
        at++;
      }
      return Optional.of(labels.build());
    }

    private String bareName() {
      int start = at;
      while (at < line.length()
          && (Character.isLetter(line.charAt(at))
              || line.charAt(at) == '_'
              || line.charAt(at) == ':'
              || at > start && (Character.isDigit(line.charAt(at)) || line.charAt(at) == '.'))) {
        at++;
      }
      return line.substring(start, at);
    }

    private String string() {
      char quote = line.charAt(at++);
      StringBuilder text = new StringBuilder();
      while (line.charAt(at) != quote) {
        char c = line.charAt(at++);
        if (c != '\\' || quote == '`') {
          text.append(c);
          continue;
        }
        char escaped = line.charAt(at++);
        switch (escaped) {
          case 'n' -> text.append('\n');
          case 't' -> text.append('\t');
          default -> text.append(escaped);
        }
      }
      at++;
      return text.toString();
    }

    private void skip() {
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
    }

    private boolean peek(char c) {
      return at < line.length() && line.charAt(at) == c;
    }
  }
}
