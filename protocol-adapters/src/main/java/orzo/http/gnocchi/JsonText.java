package orzo.http.gnocchi;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.encoding.ByteArrayWriter;

/** Writes JSON with a blank after each comma and colon, as Python does and Gnocchi's tests want. */
final class JsonText {
  private static final byte[] HEX = ascii("0123456789abcdef");

  private final ByteArrayWriter out = new ByteArrayWriter(1024);

  private JsonText() {}

  /**
   * A value as text.
   *
   * @param value maps with strings as keys, iterables, {@link MeasureLists}, strings, numbers,
   *     booleans, null
   * @throws IllegalArgumentException for anything else
   */
  static String of(@Nullable Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /**
   * A value as UTF-8.
   *
   * @param value as for {@link #of}
   * @throws IllegalArgumentException for anything else
   */
  static byte[] bytes(@Nullable Object value) {
    JsonText json = new JsonText();
    json.value(value);
    return json.out.toByteArray();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> raw("null");
      case String string -> string(string);
      case Map<?, ?> members -> members(members);
      case Iterable<?> elements -> elements(elements);
      case MeasureLists measures -> measures.appendTo(out);
      case Double number -> new FloatText().append(out, number);
      case Integer number -> raw(number.toString());
      case Long number -> raw(number.toString());
      case Boolean bool -> raw(bool.toString());
      default ->
          throw new IllegalArgumentException(
              value.getClass() + " (expected: what JSON has a form for)");
    }
  }

  private void members(Map<?, ?> members) {
    String separator = "{";
    for (Map.Entry<?, ?> member : members.entrySet()) {
      raw(separator);
      string((String) member.getKey());
      raw(": ");
      value(member.getValue());
      separator = ", ";
    }
    raw(members.isEmpty() ? "{}" : "}");
  }

  private void elements(Iterable<?> elements) {
    out.writeByte('[');
    String separator = "";
    for (Object element : elements) {
      raw(separator);
      value(element);
      separator = ", ";
    }
    out.writeByte(']');
  }

  private void string(String string) {
    out.writeByte('"');
    for (byte b : string.getBytes(StandardCharsets.UTF_8)) {
      switch (b) {
        case '"' -> raw("\\\"");
        case '\\' -> raw("\\\\");
        case '\n' -> raw("\\n");
        case '\r' -> raw("\\r");
        case '\t' -> raw("\\t");
        default -> {
          if (b >= 0 && b < 0x20 || b == 0x7f) {
            raw("\\u00");
            out.writeByte(HEX[b >> 4]);
            out.writeByte(HEX[b & 15]);
          } else {
            out.writeByte(b);
          }
        }
      }
    }
    out.writeByte('"');
  }

  private void raw(String ascii) {
    byte[] bytes = ascii(ascii);
    out.writeBytes(bytes, 0, bytes.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
