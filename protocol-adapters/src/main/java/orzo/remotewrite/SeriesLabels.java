package orzo.remotewrite;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;
import orzo.metric.Labels;
import orzo.wire.WireReader;

/**
 * The labels of a series from their protobuf fields: a run of {@code labels} fields of a {@code
 * TimeSeries}, tags included. Only for series that are seen for the first time.
 */
final class SeriesLabels {
  private static final int LABEL = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int NAME = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int VALUE = 2 << 3 | WireReader.LENGTH_DELIMITED;

  /** How long a series or value in a message may be, in characters. */
  private static final int MAX_TEXT = 400;

  /** How many characters the labels of an exemplar may have together, by OpenMetrics. */
  private static final int MAX_EXEMPLAR_TEXT = 128;

  private SeriesLabels() {}

  /** A label's name and value as regions of the array, empty when a field is left out. */
  private record Region(int nameStart, int nameEnd, int valueStart, int valueEnd) {}

  /**
   * Checks the wire format of the labels in {@code bytes[start, end)}.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#MALFORMED} when it is broken
   */
  static void check(byte[] bytes, int start, int end) {
    WireReader reader = new WireReader("remote write");
    reader.reset(bytes, start);
    while (reader.position < end) {
      Region _ = next(reader, end);
    }
  }

  /**
   * Parses and validates the labels of an exemplar in {@code bytes[start, end)}, whose format was
   * checked. They may be none, and have at most {@link #MAX_EXEMPLAR_TEXT} characters.
   */
  static ParsedSeries parseExemplar(byte[] bytes, int start, int end, RemoteWriteLimits limits) {
    ParsedSeries parsed = parseLabels(bytes, start, end, limits);
    if (parsed instanceof ParsedSeries.Valid(Labels labels)) {
      int length = 0;
      for (int i = 0; i < labels.size(); i++) {
        length += characters(labels.name(i)) + characters(labels.value(i));
      }
      if (length > MAX_EXEMPLAR_TEXT) {
        return invalid(
            "labels have " + length + " characters (expected: at most " + MAX_EXEMPLAR_TEXT + ")");
      }
    }
    return parsed;
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * Parses and validates the labels of a series in {@code bytes[start, end)}, whose format was
   * checked.
   */
  static ParsedSeries parse(byte[] bytes, int start, int end, RemoteWriteLimits limits) {
    ParsedSeries parsed = parseLabels(bytes, start, end, limits);
    return parsed instanceof ParsedSeries.Valid(Labels labels) && labels.metricName().isEmpty()
        ? invalid("no metric name (expected: a label __name__ with a value)")
        : parsed;
  }

  private static ParsedSeries parseLabels(
      byte[] bytes, int start, int end, RemoteWriteLimits limits) {
    List<Region> regions = regions(bytes, start, end);
    if (regions.size() > limits.labels()) {
      return invalid(regions.size() + " labels (expected: at most " + limits.labels() + ")");
    }
    Labels.Builder labels = Labels.EMPTY.toBuilder();
    String[] names = new String[regions.size()];
    for (int i = 0; i < names.length; i++) {
      Region region = regions.get(i);
      String name = text(bytes, region.nameStart, region.nameEnd);
      String value = text(bytes, region.valueStart, region.valueEnd);
      if (name == null) {
        return invalid("a label name is not UTF-8 (expected: UTF-8)");
      }
      if (value == null) {
        return invalid("value of label " + quoted(name) + " is not UTF-8 (expected: UTF-8)");
      }
      ParsedSeries.@Nullable Invalid fault = fault(region, name, limits);
      if (fault != null) {
        return fault;
      }
      names[i] = name;
      labels.set(name, value);
    }
    Arrays.sort(names);
    for (int i = 1; i < names.length; i++) {
      if (names[i].equals(names[i - 1])) {
        return new ParsedSeries.Invalid(
            Rejection.DUPLICATE_LABEL,
            "label name " + quoted(names[i]) + " twice (expected: once)");
      }
    }
    return new ParsedSeries.Valid(labels.build());
  }

  private static ParsedSeries.@Nullable Invalid fault(
      Region region, String name, RemoteWriteLimits limits) {
    if (name.isEmpty()) {
      return invalid("a label name is empty (expected: one character or more)");
    }
    int nameBytes = region.nameEnd - region.nameStart;
    if (nameBytes > limits.labelNameBytes()) {
      return invalid(
          "label name "
              + quoted(name)
              + " has "
              + nameBytes
              + " bytes (expected: at most "
              + limits.labelNameBytes()
              + ")");
    }
    int valueBytes = region.valueEnd - region.valueStart;
    if (valueBytes > limits.labelValueBytes()) {
      return invalid(
          "value of label "
              + quoted(name)
              + " has "
              + valueBytes
              + " bytes (expected: at most "
              + limits.labelValueBytes()
              + ")");
    }
    return null;
  }

  /** The labels as sent, for a message: order, repetitions and all, cut when they are long. */
  static String describe(byte[] bytes, int start, int end) {
    StringBuilder text = new StringBuilder("{");
    for (Region region : regions(bytes, start, end)) {
      if (text.length() > 1) {
        text.append(',');
      }
      text.append(lenientText(bytes, region.nameStart, region.nameEnd))
          .append("=\"")
          .append(escaped(lenientText(bytes, region.valueStart, region.valueEnd)))
          .append('"');
      if (text.length() > MAX_TEXT) {
        return cut(text.toString(), MAX_TEXT) + "}";
      }
    }
    return text.append('}').toString();
  }

  /** Text from UTF-8, or null when it is not UTF-8. */
  static @Nullable String text(byte[] bytes, int start, int end) {
    String text = lenientText(bytes, start, end);
    if (text.indexOf('\uFFFD') < 0) {
      return text; // no replacement character: nothing was replaced
    }
    byte[] again = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, bytes, start, end) ? text : null;
  }

  /** A name in a message, cut when it is long. */
  static String quoted(String name) {
    return "'" + cut(escaped(name), 100) + "'";
  }

  private static String lenientText(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }

  private static ParsedSeries.Invalid invalid(String text) {
    return new ParsedSeries.Invalid(Rejection.INVALID_LABELS, text);
  }

  private static List<Region> regions(byte[] bytes, int start, int end) {
    List<Region> regions = new ArrayList<>();
    WireReader reader = new WireReader("remote write");
    reader.reset(bytes, start);
    while (reader.position < end) {
      regions.add(next(reader, end));
    }
    return regions;
  }

  private static Region next(WireReader reader, int end) {
    int tag = reader.tag(end);
    if (tag != LABEL) {
      throw new IllegalStateException("tag " + tag + " (expected: " + LABEL + ")");
    }
    int labelEnd = reader.delimited(end);
    int nameStart = 0;
    int nameEnd = 0;
    int valueStart = 0;
    int valueEnd = 0;
    while (reader.position < labelEnd) {
      int field = reader.tag(labelEnd);
      switch (field) {
        case NAME -> {
          nameEnd = reader.delimited(labelEnd);
          nameStart = reader.position;
          reader.position = nameEnd;
        }
        case VALUE -> {
          valueEnd = reader.delimited(labelEnd);
          valueStart = reader.position;
          reader.position = valueEnd;
        }
        default -> {
          if (field >>> 3 <= 2) {
            reader.expectType(field, WireReader.LENGTH_DELIMITED, "a field of Label");
          }
          reader.skip(field, labelEnd);
        }
      }
    }
    return new Region(nameStart, nameEnd, valueStart, valueEnd);
  }
}
