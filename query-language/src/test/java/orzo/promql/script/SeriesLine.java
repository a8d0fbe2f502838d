package orzo.promql.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.metric.Labels;

/**
 * A line of a script that names a series and its values, as in {@code up{job="a"} 1+2x3 _ stale}.
 *
 * @param labels the series; absent when the line is a number only
 * @param values one for each point in time; empty where there is none
 * @param isIncomplete whether it says what this driver does not hold: native histograms, which
 *     become empty values, or start timestamps, which have no values
 */
record SeriesLine(Optional<Labels> labels, List<OptionalDouble> values, boolean isIncomplete) {
  /** What marks the end of a series. */
  static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private static final String NUMBER =
      "[+-]?(?:[0-9.]+(?:[eE][+-]?[0-9]+)?|0x[0-9a-fA-F]+|[iI]nf|[nN]a[nN])";
  private static final Pattern REPEATED =
      Pattern.compile("(" + NUMBER + ")(?:([+-])(" + NUMBER + "))?x([0-9]+)");
  private static final Pattern HISTOGRAMS =
      Pattern.compile("\\{\\{.*?}}(?:[+-]\\{\\{.*?}})?(?:x([0-9]+))?");

  static SeriesLine parse(String line) {
    Scanner scanner = new Scanner(line);
    Optional<Labels> labels = scanner.labels();
    List<OptionalDouble> values = new ArrayList<>();
    boolean histograms = false;
    String rest = line.substring(scanner.at).strip();
    if (rest.startsWith("@st")) {
      return new SeriesLine(labels, List.of(), true);
    }
    while (!rest.isEmpty()) {
      Matcher histogram = HISTOGRAMS.matcher(rest);
      if (histogram.lookingAt()) {
        histograms = true;
        String times = histogram.group(1);
        repeat(OptionalDouble.empty(), times == null ? 1 : Integer.parseInt(times) + 1, values);
        rest = rest.substring(histogram.end()).strip();
        continue;
      }
      int end = rest.indexOf(' ') < 0 ? rest.length() : rest.indexOf(' ');
      addItem(rest.substring(0, end), values);
      rest = rest.substring(end).strip();
    }
    return new SeriesLine(labels, values, histograms);
  }

  private static void addItem(String item, List<OptionalDouble> values) {
    Matcher repeated = REPEATED.matcher(item);
    if (item.equals("_")) {
      values.add(OptionalDouble.empty());
    } else if (item.startsWith("_x")) {
      repeat(OptionalDouble.empty(), Integer.parseInt(item.substring(2)), values);
    } else if (item.equals("stale")) {
      values.add(OptionalDouble.of(STALE));
    } else if (repeated.matches()) {
      double value = number(repeated.group(1));
      double step = repeated.group(3) == null ? 0 : number(repeated.group(3));
      for (int i = 0; i <= Integer.parseInt(repeated.group(4)); i++) {
        values.add(OptionalDouble.of(value));
        value += "-".equals(repeated.group(2)) ? -step : step;
      }
    } else {
      values.add(OptionalDouble.of(number(item)));
    }
  }

  private static void repeat(OptionalDouble value, int times, List<OptionalDouble> values) {
    for (int i = 0; i < times; i++) {
      values.add(value);
    }
  }

  private static double number(String text) {
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
