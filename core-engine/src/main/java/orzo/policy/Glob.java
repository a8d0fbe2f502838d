package orzo.policy;

import com.google.re2j.Pattern;

/**
 * Patterns of metric names as regular expressions, with the meaning of Python's {@code fnmatch},
 * which Gnocchi uses. RE2's run in time linear in the name, whatever the pattern.
 */
public final class Glob {
  private Glob() {}

  /** The expression that matches the whole of a name if and only if the pattern does. */
  public static Pattern compile(String glob) {
    StringBuilder expression = new StringBuilder("(?s)");
    int at = 0;
    while (at < glob.length()) {
      int point = glob.codePointAt(at);
      int end = point == '[' ? setEnd(glob, at) : -1;
      if (end > 0) {
        appendSet(expression, glob.substring(at + 1, end));
        at = end + 1;
        continue;
      }
      switch (point) {
        case '*' -> expression.append(".*");
        case '?' -> expression.append('.');
        default -> expression.append(Pattern.quote(Character.toString(point)));
      }
      at += Character.charCount(point);
    }
    return Pattern.compile(expression.toString());
  }

  /** The bracket that ends the set begun at {@code start}; negative when it is no set. */
  private static int setEnd(String glob, int start) {
    int first = start + 1;
    if (first < glob.length() && glob.charAt(first) == '!') {
      first++;
    }
    // A bracket that stands first belongs to the set.
    return glob.indexOf(']', first + 1);
  }

  private static void appendSet(StringBuilder expression, String set) {
    boolean negated = set.startsWith("!");
    int[] points = set.substring(negated ? 1 : 0).codePoints().toArray();
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < points.length; i++) {
      if (i + 2 < points.length && points[i + 1] == '-') {
        if (points[i] <= points[i + 2]) {
          appendMember(members, points[i]);
          members.append('-');
          appendMember(members, points[i + 2]);
        }
        i += 2; // a range that ends before it begins holds nothing
      } else {
        appendMember(members, points[i]);
      }
    }
    if (members.isEmpty()) {
      expression.append(negated ? "." : "[^\\x{0}-\\x{10FFFF}]");
    } else {
      expression.append(negated ? "[^" : "[").append(members).append(']');
    }
  }

  private static void appendMember(StringBuilder members, int point) {
    members.append("\\x{").append(Integer.toHexString(point)).append('}');
  }
}
