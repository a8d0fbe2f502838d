package orzo.conformance.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value: one of the records below. Objects keep the order of their names. */
public sealed interface Json {
  /** An object. */
  record Members(Map<String, Json> members) implements Json {}

  /** An array. */
  record Items(List<Json> items) implements Json {}

  /** A string. */
  record Text(String value) implements Json {}

  /** A number. */
  record Numeric(double value) implements Json {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Json {}

  /** {@code null}. */
  record Null() implements Json {}

  /**
   * Parses a document.
   *
   * @throws IllegalArgumentException if the text is not one JSON value
   */
  static Json parse(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      Json value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("text after the JSON value: " + shortened(text));
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON: " + shortened(text), e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }

  private static Json value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("unexpected end");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser));
        }
        yield new Members(members);
      }
      case START_ARRAY -> {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield new Items(items);
      }
      case VALUE_STRING -> new Text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeric(parser.getDoubleValue());
      case VALUE_TRUE -> new Bool(true);
      case VALUE_FALSE -> new Bool(false);
      case VALUE_NULL -> new Null();
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("unexpected " + token);
    };
  }

  /** The member of an object; an error if this is no object or has no such member. */
  default Json get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no member '" + name + "' in " + this));
  }

  /** The member of an object, if it has one of that name. */
  default Optional<Json> find(String name) {
    return this instanceof Members(Map<String, Json> members)
        ? Optional.ofNullable(members.get(name))
        : Optional.empty();
  }

  /** The items of an array; an error for anything else. */
  default List<Json> list() {
    if (this instanceof Items(List<Json> items)) {
      return items;
    }
    throw new IllegalArgumentException("no array: " + this);
  }

  /** The strings of an array of strings. */
  default List<String> texts() {
    return list().stream().map(Json::text).toList();
  }

  /** A string's value; an error for anything else. */
  default String text() {
    if (this instanceof Text(String value)) {
      return value;
    }
    throw new IllegalArgumentException("no string: " + this);
  }

  /** A number's value; an error for anything else. */
  default double number() {
    if (this instanceof Numeric(double value)) {
      return value;
    }
    throw new IllegalArgumentException("no number: " + this);
  }

  /** An object of strings, such as a label set. */
  default Map<String, String> textMembers() {
    if (this instanceof Members(Map<String, Json> members)) {
      Map<String, String> texts = new java.util.TreeMap<>();
      members.forEach((name, value) -> texts.put(name, value.text()));
      return texts;
    }
    throw new IllegalArgumentException("no object: " + this);
  }
}
