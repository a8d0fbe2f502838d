package orzo.statsd;

/** What the reference daemon does to texts, with JavaScript's notion of white space. */
final class JsText {
  private JsText() {}

  /** Whether {@code String.trim} and {@code \s} take the character for white space. */
  static boolean isSpace(char c) {
    return c == ' '
        || c >= '\t' && c <= '\r'
        || c == '\u00a0'
        || c == '\u1680'
        || c >= '\u2000' && c <= '\u200a'
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u202f'
        || c == '\u205f'
        || c == '\u3000'
        || c == '\ufeff';
  }

  /** The text without white space at its ends. */
  static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * A key as Graphite can take it: each run of white space becomes {@code _}, each slash {@code -},
   * and of the rest only {@code a-z A-Z 0-9 _ - . ; =} stay.
   */
  static String sanitize(String key) {
    StringBuilder clean = new StringBuilder(key.length());
    boolean inSpace = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (isSpace(c)) {
        if (!inSpace) {
          clean.append('_');
        }
        inSpace = true;
        continue;
      }
      inSpace = false;
      if (c == '/') {
        clean.append('-');
      } else if (isLetterOrDigit(c) || "_-.;=".indexOf(c) >= 0) {
        clean.append(c);
      }
    }
    return clean.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
