package orzo.mapping;

/** Metric names as Prometheus has always allowed them: {@code [a-zA-Z_:][a-zA-Z0-9_:]*}. */
final class MetricNames {
  private MetricNames() {}

  /** The text with {@code _} in place of every character that such names can't have. */
  static String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          boolean plain =
              c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':';
          legal.append(plain ? (char) c : '_');
        });
    return legal.toString();
  }

  /** The name with {@code _} before a digit that it starts with. */
  static String started(String name) {
    return !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9' ? "_" + name : name;
  }
}
