package orzo.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A text with references to what a rule matched: {@code $1} or {@code ${1}} is the first part that
 * a wildcard or group took, {@code ${host}} a named one, {@code $$} a dollar sign.
 */
final class Substitution {
  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Reference(String key) implements Part {}
  }

  private final List<Part> parts = new ArrayList<>();

  private Substitution() {}

  /**
   * Parses a text.
   *
   * @param keys what may be referred to
   * @throws IllegalArgumentException says which reference is wrong and what is allowed
   */
  static Substitution parse(String text, Set<String> keys) {
    Substitution parsed = new Substitution();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$') {
        literal.append(c);
        at++;
        continue;
      }
      if (text.startsWith("$$", at)) {
        literal.append('$');
        at += 2;
        continue;
      }
      int end = referenceEnd(text, at);
      String key = end < 0 ? "" : text.substring(at + 1, end).replaceAll("[{}]", "");
      if (!keys.contains(key)) {
        throw new IllegalArgumentException(
            "reference '"
                + (end < 0 ? text.substring(at) : text.substring(at, end))
                + "' (allowed: "
                + allowed(keys)
                + ")");
      }
      parsed.addLiteral(literal);
      parsed.parts.add(new Part.Reference(key));
      at = end;
    }
    parsed.addLiteral(literal);
    return parsed;
  }

  /** Where the reference that starts at {@code at} ends, exclusive; negative when it is none. */
  private static int referenceEnd(String text, int at) {
    if (text.startsWith("${", at)) {
      return text.indexOf('}', at) + 1 > 0 ? text.indexOf('}', at) + 1 : -1;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end == at + 1 ? -1 : end;
  }

  private static String allowed(Set<String> keys) {
    StringBuilder allowed = new StringBuilder();
    for (String key : keys) {
      allowed.append("${").append(key).append("}, ");
    }
    return allowed + "and $$ for a dollar sign";
  }

  private void addLiteral(StringBuilder literal) {
    if (!literal.isEmpty()) {
      parts.add(new Part.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  /** The text with what {@code values} has for each key in place of the references. */
  String apply(UnaryOperator<String> values) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(
          switch (part) {
            case Part.Literal(String literal) -> literal;
            case Part.Reference(String key) -> values.apply(key);
          });
    }
    return text.toString();
  }
}
