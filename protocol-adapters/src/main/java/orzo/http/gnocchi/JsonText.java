package orzo.http.gnocchi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON with a blank after each comma and colon, as Python does and Gnocchi's tests want. */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  /**
   * Writes a value.
   *
   * @param value maps with strings as keys, iterables, {@link MeasureLists}, strings, numbers,
   *     booleans, null
   * @throws IllegalArgumentException for anything else
   */
  static String of(@Nullable Object value) {
    JsonText json = new JsonText();
    json.value(value);
    return json.text.toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> text.append("null");
      case String string -> string(string);
      case Map<?, ?> members -> members(members);
      case Iterable<?> elements -> elements(elements);
      case MeasureLists measures -> measures.appendTo(text);
      case Double number -> new FloatText().append(text, number);
      case Integer number -> text.append(number);
      case Long number -> text.append(number);
      case Boolean bool -> text.append(bool);
      default ->
          throw new IllegalArgumentException(
              value.getClass() + " (expected: what JSON has a form for)");
    }
  }

  private void members(Map<?, ?> members) {
    String separator = "{";
    for (Map.Entry<?, ?> member : members.entrySet()) {
      text.append(separator);
      string((String) member.getKey());
      text.append(": ");
      value(member.getValue());
      separator = ", ";
    }
    text.append(members.isEmpty() ? "{}" : "}");
  }

  private void elements(Iterable<?> elements) {
    text.append('[');
    String separator = "";
    for (Object element : elements) {
      text.append(separator);
      value(element);
      separator = ", ";
    }
    text.append(']');
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
