package orzo.http.prometheus;

/**
 * Label names in URL paths. A name that starts with {@code U__} has its characters outside of
 * {@code [a-zA-Z0-9]} written as {@code _HEX_}, the underscore as {@code __}: Prometheus's "values
 * escaping".
 */
final class LabelNameEscaping {
  private static final String PREFIX = "U__";
  private static final int MAX_HEX_DIGITS = 6; // of U+10FFFF

  private LabelNameEscaping() {}

  /** The name meant; a name that is not escaped, or badly so, means itself. */
  static String unescape(String name) {
    if (!name.startsWith(PREFIX)) {
      return name;
    }
    StringBuilder meant = new StringBuilder(name.length());
    int i = PREFIX.length();
    while (i < name.length()) {
      char c = name.charAt(i);
      if (c != '_') {
        meant.append(c);
        i++;
      } else if (name.startsWith("__", i)) {
        meant.append('_');
        i += 2;
      } else {
        int end = name.indexOf('_', i + 1);
        int point = end < 0 ? -1 : codePoint(name, i + 1, end);
        if (point < 0) {
          return name;
        }
        meant.appendCodePoint(point);
        i = end + 1;
      }
    }
    return meant.toString();
  }

  private static int codePoint(String name, int start, int end) {
    if (end - start > MAX_HEX_DIGITS) {
      return -1;
    }
    int point = 0;
    for (int i = start; i < end; i++) {
      int digit = name.charAt(i) < 0x80 ? Character.digit(name.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      point = point << 4 | digit;
    }
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return surrogate || point > Character.MAX_CODE_POINT ? -1 : point;
  }
}
