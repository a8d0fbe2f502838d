package orzo.http.gnocchi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads lists of measures, {@code [{"timestamp": …, "value": …}, …]}, in all of their forms,
 * without an object for a measure. All timestamps of a list have one form, that of the first, see
 * {@link Timestamps}. Values are numbers, or texts that are numbers in Python.
 *
 * <p>Errors are {@link ApiError} of 400 in the words of Gnocchi. For one body and one thread.
 */
final class MeasuresParser implements AutoCloseable {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** Takes measures. */
  interface Sink {
    /** Takes one. */
    void measure(long timestampMillis, double value);
  }

  /** Reads the value of a member, which must be read to its last token. */
  interface Member {
    /** Reads it; the parser is at its first token. */
    void read(String name, List<String> path) throws IOException;
  }

  /** The forms of timestamps. */
  private enum Form {
    UNKNOWN,
    SECONDS,
    ISO,
    RELATIVE
  }

  private final JsonParser parser;
  private final long nowMillis;
  private byte[] isoText = new byte[64];

  /**
   * Begins to read.
   *
   * @param nowMillis what relative timestamps are relative to
   */
  MeasuresParser(byte[] body, long nowMillis) {
    this.nowMillis = nowMillis;
    try {
      parser = JSON.createParser(body);
    } catch (IOException e) {
      throw ApiError.undecodable(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new IllegalStateException("a parser of bytes in memory did not close", e);
    }
  }

  /** Reads a body that is a list of measures. */
  void list(Sink sink) {
    whole(() -> measures(List.of(), sink));
  }

  /** Reads a body that is an object, member by member. */
  void object(Member member) {
    whole(() -> members(List.of(), member));
  }

  private interface Reading {
    void read() throws IOException;
  }

  private void whole(Reading reading) {
    try {
      parser.nextToken();
      reading.read();
      if (parser.nextToken() != null) {
        throw ApiError.undecodable("there is more after the end");
      }
    } catch (JsonParseException e) {
      throw ApiError.undecodable(e.getOriginalMessage());
    } catch (IOException e) {
      throw ApiError.undecodable(String.valueOf(e.getMessage()));
    }
  }

  /** Reads an object that begins here, member by member. */
  void members(List<String> path, Member member) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw invalid("expected a dictionary", path);
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      member.read(name, path);
    }
  }

  /** Whether an object begins here. */
  boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  /** The text that is here. */
  String text(List<String> path) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw invalid("expected str", path);
    }
    return parser.getText();
  }

  /** Reads a list of measures that begins here. */
  void measures(List<String> path, Sink sink) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT
        && parser.nextToken() == JsonToken.END_OBJECT) {
      return; // Gnocchi takes it for a list without measures
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw invalid("unexpected measures format", path);
    }
    Form form = Form.UNKNOWN;
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token != JsonToken.START_OBJECT) {
        throw invalid("unexpected measures format", path);
      }
      form = measure(form, path, sink);
    }
  }

  private Form measure(Form known, List<String> path, Sink sink) throws IOException {
    Form form = known;
    long millis = Timestamps.NOT_ISO;
    double value = 0;
    boolean hasValue = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals("timestamp")) {
        if (token == JsonToken.VALUE_NULL) {
          throw invalid("unexpected measures format", path);
        }
        form = form == Form.UNKNOWN ? form() : form;
        millis = timestamp(form, path);
      } else if (name.equals("value")) {
        value = value(path);
        hasValue = true;
      } else {
        parser.skipChildren();
      }
    }
    if (millis == Timestamps.NOT_ISO) {
      throw invalid("unexpected measures format", path);
    }
    if (!hasValue) {
      throw invalid("unexpected measures value", path);
    }
    sink.measure(millis, value);
    return form;
  }

  private Form form() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return Form.SECONDS;
    }
    if (iso() != Timestamps.NOT_ISO) {
      return Form.ISO;
    }
    return Timestamps.number(parser.getText()).isPresent() ? Form.SECONDS : Form.RELATIVE;
  }

  private long iso() throws IOException {
    char[] text = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    int length = parser.getTextLength();
    if (length > isoText.length) {
      isoText = new byte[length];
    }
    for (int i = 0; i < length; i++) {
      char c = text[offset + i];
      isoText[i] = (byte) (c < 0x80 ? c : '?');
    }
    return Timestamps.iso(isoText, 0, length);
  }

  private long timestamp(Form form, List<String> path) throws IOException {
    boolean isText = parser.currentToken() == JsonToken.VALUE_STRING;
    if (form == Form.ISO && isText) {
      long millis = iso();
      if (millis >= 0 && millis <= Timestamps.MAX_MILLIS) {
        return millis;
      }
      throw timestampError(millis, path);
    }
    if (form == Form.SECONDS) {
      double seconds = isText ? Timestamps.number(parser.getText()).orElse(Double.NaN) : number();
      OptionalLong millis = Timestamps.ofSeconds(seconds);
      if (millis.isPresent()) {
        return millis.getAsLong();
      }
      throw timestampError(seconds < 0 ? -1 : Timestamps.NOT_ISO, path);
    }
    OptionalLong millis =
        isText ? Timestamps.relative(parser.getText(), nowMillis) : OptionalLong.empty();
    return millis.orElseThrow(() -> timestampError(Timestamps.NOT_ISO, path));
  }

  private static ApiError timestampError(long millis, List<String> path) {
    return invalid(
        "unexpected timestamp '"
            + (millis < 0 && millis != Timestamps.NOT_ISO
                ? "Timestamp must be after Epoch"
                : "Unable to convert timestamps")
            + "'",
        path);
  }

  private double number() throws IOException {
    return parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN;
  }

  private double value(List<String> path) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> parser.getDoubleValue();
      case VALUE_TRUE -> 1;
      case VALUE_FALSE -> 0;
      case VALUE_STRING -> textValue(parser.getText().strip(), path);
      default -> throw invalid("unexpected measures value", path);
    };
  }

  private static double textValue(String text, List<String> path) {
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    boolean negative = text.startsWith("-");
    if (unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity")) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (unsigned.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    return Timestamps.number(text).orElseThrow(() -> invalid("unexpected measures value", path));
  }

  /** What is wrong with the part of the body that a path leads to. */
  static ApiError invalid(String reason, List<String> path) {
    if (path.isEmpty()) {
      return ApiError.invalid(reason, path);
    }
    StringBuilder place = new StringBuilder(" for dictionary value @ data");
    path.forEach(part -> place.append("['").append(part).append("']"));
    return ApiError.invalid(reason + place, path);
  }
}
