package orzo.statsd;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;

/**
 * Makes keys of names and tags as they are sent. Is asked when bytes are seen for the first time.
 *
 * <p>Without dialects a key is what the reference daemon makes of it: tags in the order in which
 * they were sent, and everything without the characters that Graphite can't have. With dialects the
 * order of tags does not matter, the last of several tags with one name counts, and the values of
 * tags stay as they are.
 */
final class KeyReader {
  /** The value of a tag that is sent without one. */
  static final String NO_VALUE = "true";

  private final Set<Dialect> dialects;
  private final boolean sanitize;

  KeyReader(Set<Dialect> dialects, boolean sanitize) {
    this.dialects = dialects;
    this.sanitize = sanitize;
  }

  /** The key, null when nothing of the name is left and there must be a name. */
  @Nullable StatKey read(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd) {
    String name = text(bytes, nameStart, nameEnd);
    String tags = text(bytes, tagsStart, tagsEnd);
    return dialects.isEmpty() ? plain(name, tags) : tagged(name, tags);
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private StatKey plain(String name, String tags) {
    StringBuilder key = new StringBuilder(name);
    if (!tags.isEmpty()) {
      for (String tag : tags.split(",", -1)) {
        key.append(';').append(replaceFirst(replaceFirst(tag, ';', '_'), ':', '='));
      }
    }
    String text = sanitize ? JsText.sanitize(key.toString()) : key.toString();
    int semicolon = text.indexOf(';');
    String flushed = semicolon < 0 ? text : text.substring(0, semicolon);
    String rest = semicolon < 0 ? "" : text.substring(semicolon);
    Map<String, String> labels = new TreeMap<>();
    addTags(rest, ";", false, labels);
    // The reference daemon sanitises what it flushes even when it keeps keys as they are.
    return new StatKey(JsText.sanitize(flushed), rest, Labels.copyOf(labels), text);
  }

  private static String replaceFirst(String text, char wanted, char replacement) {
    int at = text.indexOf(wanted);
    return at < 0 ? text : text.substring(0, at) + replacement + text.substring(at + 1);
  }

  private @Nullable StatKey tagged(String sent, String tags) {
    Map<String, String> labels = new TreeMap<>();
    String name = sent;
    int open = name.indexOf('[');
    int close = name.indexOf(']', open + 1);
    if (dialects.contains(Dialect.SIGNALFX) && open >= 0 && close > open) {
      addTags(name.substring(open + 1, close), ",", false, labels);
      name = name.substring(0, open) + name.substring(close + 1);
    }
    name = cutTags(name, ';', ";", labels);
    if (dialects.contains(Dialect.LIBRATO)) {
      name = cutTags(name, '#', ",", labels);
    }
    if (dialects.contains(Dialect.INFLUXDB)) {
      name = cutTags(name, ',', ",", labels);
    }
    addTags(tags, ",", true, labels);
    String clean = sanitize ? JsText.sanitize(name) : name;
    if (clean.isEmpty()) {
      return null;
    }
    StringBuilder flushed = new StringBuilder();
    StringBuilder text = new StringBuilder(clean);
    labels.forEach((label, value) -> {
      flushed.append(';').append(forGraphite(label)).append('=').append(forGraphite(value));
      text.append(';').append(label).append('=').append(value);
    });
    return new StatKey(
        JsText.sanitize(clean), flushed.toString(), Labels.copyOf(labels), text.toString());
  }

  /** Takes the tags off that follow the first {@code start} in a name. */
  private static String cutTags(
      String name, char start, String separator, Map<String, String> labels) {
    int at = name.indexOf(start);
    if (at < 0) {
      return name;
    }
    addTags(name.substring(at + 1), separator, false, labels);
    return name.substring(0, at);
  }

  private static void addTags(
      String tags, String separator, boolean colon, Map<String, String> labels) {
    if (tags.isEmpty()) {
      return;
    }
    for (String tag : tags.split(separator, -1)) {
      int middle = tag.indexOf(colon ? ':' : '=');
      String name = JsText.trim(middle < 0 ? tag : tag.substring(0, middle));
      String value = middle < 0 ? NO_VALUE : JsText.trim(tag.substring(middle + 1));
      if (!name.isEmpty()) {
        labels.put(name, value.isEmpty() ? NO_VALUE : value);
      }
    }
  }

  /** A part of a name on a carbon line, where blanks and semicolons separate. */
  private static String forGraphite(String text) {
    StringBuilder clean = new StringBuilder(text);
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      if (c <= ' ' || c == ';' || JsText.isSpace(c)) {
        clean.setCharAt(i, '_');
      }
    }
    return clean.toString();
  }
}
