package orzo.promql.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands of a script in the language of Prometheus's own PromQL tests. */
record Script(List<Command> commands) {
  private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(\\S+)");
  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|warn|info|ordered))?\\s+instant\\s+at\\s+(\\S+)\\s+(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "eval(?:_(fail|warn|info))?\\s+range\\s+(from\\s+\\S+\\s+to\\s+\\S+\\s+step\\s+\\S+)"
              + "\\s+(.+)");
  private static final Pattern EXPECT =
      Pattern.compile(
          "expect\\s+(fail|warn|info|no_warn|no_info|ordered|string|range vector)"
              + "(?:\\s+(msg|regex):)?\\s*(.*)");

  static Script parse(String text) {
    List<Command> commands = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    int i = 0;
    while (i < lines.length) {
      String line = lines[i].strip();
      int number = ++i;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      List<String> body = new ArrayList<>();
      while (i < lines.length && !lines[i].isBlank() && !startsCommand(lines[i])) {
        String next = lines[i++].strip();
        if (!next.startsWith("#")) {
          body.add(next.replace('\t', ' '));
        }
      }
      commands.add(command(line, number, body));
    }
    return new Script(commands);
  }

  private static boolean startsCommand(String line) {
    return line.startsWith("eval") || line.startsWith("load") || line.startsWith("clear");
  }

  private static Command command(String line, int number, List<String> body) {
    if (line.equals("clear")) {
      return new Command.Clear();
    }
    Matcher load = LOAD.matcher(line);
    if (load.matches()) {
      List<SeriesLine> series = new ArrayList<>();
      for (String text : body) {
        series.add(SeriesLine.parse(text));
      }
      return new Command.Load(Durations.millis(load.group(2)), series, load.group(1) != null);
    }
    Matcher instant = INSTANT.matcher(line);
    if (instant.matches()) {
      long time = Durations.millis(instant.group(2));
      return eval(number, instant.group(3), instant.group(1), false, time, time, 0, body);
    }
    Matcher range = RANGE.matcher(line);
    if (range.matches()) {
      long[] times = Durations.times(range.group(2));
      return eval(number, range.group(3), range.group(1), true, times[0], times[1], times[2], body);
    }
    throw new IllegalArgumentException("line " + number + ": '" + line + "'");
  }

  private static Command eval(
      int number,
      String query,
      @Nullable String kind,
      boolean range,
      long start,
      long end,
      long step,
      List<String> body) {
    List<Command.Expectation> expectations = new ArrayList<>();
    List<SeriesLine> expected = new ArrayList<>();
    if (kind != null) {
      expectations.add(expectation(kind, false, ""));
    }
    for (String text : body) {
      Matcher expect = EXPECT.matcher(text);
      if (expect.matches()) {
        expectations.add(
            expectation(expect.group(1), "regex".equals(expect.group(2)), expect.group(3)));
      } else if (text.startsWith("expected_fail_message")) {
        expectations.add(
            expectation("fail", false, text.substring("expected_fail_message".length())));
      } else if (text.startsWith("expected_fail_regexp")) {
        expectations.add(
            expectation("fail", true, text.substring("expected_fail_regexp".length())));
      } else {
        expected.add(SeriesLine.parse(text));
      }
    }
    return new Command.Eval(number, query.strip(), range, start, end, step, expectations, expected);
  }

  private static Command.Expectation expectation(String kind, boolean regex, String text) {
    Command.Expectation.Kind parsed =
        Command.Expectation.Kind.valueOf(kind.replace(' ', '_').toUpperCase(Locale.ROOT));
    String plain = text.strip();
    boolean quoted =
        plain.length() >= 2
            && "\"`'".indexOf(plain.charAt(0)) >= 0
            && plain.charAt(plain.length() - 1) == plain.charAt(0);
    return new Command.Expectation(
        parsed, regex, quoted ? plain.substring(1, plain.length() - 1) : plain);
  }
}
