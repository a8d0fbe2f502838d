package orzo.index;

import com.google.re2j.Pattern;

/**
 * Globs over dotted paths as Graphite has them: a dot stands between nodes, {@code *} is any
 * characters of a node, {@code ?} one of them, {@code [a-z]} one of a set, and {@code {a,b}} one of
 * several globs without braces of their own. The number of nodes must fit.
 */
final class PathGlob {
  private final String glob;
  private final StringBuilder expression = new StringBuilder();
  private final int lastBracket; // so that nothing is looked for where it is not
  private final int lastBrace;
  private int at;

  private PathGlob(String glob) {
    this.glob = glob;
    lastBracket = glob.lastIndexOf(']');
    lastBrace = glob.lastIndexOf('}');
  }

  /**
   * The expression of RE2 that says the same. A bracket or brace without its other half stands for
   * itself.
   */
  static String expression(String glob) {
    PathGlob reader = new PathGlob(glob);
    while (reader.at < glob.length()) {
      reader.one(true);
    }
    return reader.expression.toString();
  }

  private void one(boolean braces) {
    int point = glob.codePointAt(at);
    if (point == '[' && at < lastBracket && set()
        || point == '{' && braces && at < lastBrace && alternatives()) {
      return;
    }
    at += Character.charCount(point);
    switch (point) {
      case '*' -> expression.append("[^.]*");
      case '?' -> expression.append("[^.]");
      default -> expression.append(Pattern.quote(Character.toString(point)));
    }
  }

  private boolean set() {
    int first = at + 1;
    boolean negated = first < glob.length() && glob.charAt(first) == '!';
    first += negated ? 1 : 0;
    int end = glob.indexOf(']', first + 1); // one that stands first belongs to the set
    if (end < 0) {
      return false;
    }
    int[] points = glob.substring(first, end).codePoints().toArray();
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < points.length; i++) {
      boolean range = i + 2 < points.length && points[i + 1] == '-';
      if (!range) {
        append(members, points[i]);
      } else if (points[i] <= points[i + 2]) {
        append(members, points[i]);
        members.append('-');
        append(members, points[i + 2]);
      }
      i += range ? 2 : 0;
    }
    if (negated) {
      expression.append("[^.").append(members).append(']');
    } else {
      // What begins after it ends is a range without members.
      expression.append(members.isEmpty() ? "[^\\x{0}-\\x{10FFFF}]" : "[" + members + "]");
    }
    at = end + 1;
    return true;
  }

  private static void append(StringBuilder members, int point) {
    members.append("\\x{").append(Integer.toHexString(point)).append('}');
  }

  private boolean alternatives() {
    int end = glob.indexOf('}', at);
    expression.append("(?:");
    at++;
    while (at < end) {
      if (glob.charAt(at) == ',') {
        expression.append('|');
        at++;
      } else {
        one(false);
      }
    }
    expression.append(')');
    at = Math.max(at, end + 1); // a set may have taken the brace for a member
    return true;
  }
}
