package orzo.http.prometheus;

/** Quotes text as Go's {@code %q} does, which Prometheus's messages use. */
final class GoQuote {
  private GoQuote() {}

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints()
        .forEach(point -> {
          switch (point) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0b -> quoted.append("\\v");
            default -> {
              if (isPrintable(point)) {
                quoted.appendCodePoint(point);
              } else if (point < 0x80) {
                quoted.append("\\x%02x".formatted(point));
              } else if (point < 0x10000) {
                quoted.append("\\u%04x".formatted(point));
              } else {
                quoted.append("\\U%08x".formatted(point));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }

  /** Letters, marks, numbers, punctuation, symbols, and of the spaces only the plain one. */
  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }
}
