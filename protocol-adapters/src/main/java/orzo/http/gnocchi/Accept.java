package orzo.http.gnocchi;

import java.util.List;
import java.util.Locale;

/** Which media types a client takes, RFC 9110 section 12.5.1. */
final class Accept {
  private final List<String> headers;

  /**
   * Reads the values of the Accept headers.
   *
   * @param headers none means that the client takes anything
   */
  Accept(List<String> headers) {
    this.headers = headers;
  }

  /** Whether the client takes JSON at all. */
  boolean takesJson() {
    return weight("application", "json") > 0;
  }

  /** Whether the client likes JSON better than text. */
  boolean prefersJson() {
    return weight("application", "json") > weight("text", "plain");
  }

  /** What the most specific range that includes a type says of it; 0 when none includes it. */
  private double weight(String type, String subtype) {
    if (headers.isEmpty()) {
      return 1;
    }
    double weight = 0;
    int best = -1;
    for (String range : String.join(",", headers).toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      int specific =
          switch (parts[0].strip()) {
            case String exact when exact.equals(type + "/" + subtype) -> 2;
            case String subtypes when subtypes.equals(type + "/*") -> 1;
            case "*/*" -> 0;
            default -> -1;
          };
      if (specific > best) {
        best = specific;
        weight = weight(parts);
      }
    }
    return weight;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
        return Double.parseDouble(parameter.substring(2));
      }
    }
    return 1;
  }
}
