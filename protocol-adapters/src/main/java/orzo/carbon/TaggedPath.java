package orzo.carbon;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;
import orzo.mapping.Mapped;
import orzo.mapping.Mapping;
import orzo.metric.Labels;

/**
 * Paths as carbon has them: dotted; with tags, {@code name;tag=value;…}; or {@code
 * name{tag="value",…}}. Their order does not matter, of a tag given twice the last value counts,
 * and a tag {@code name} is what the name says. See "Metric tags" in Graphite's documentation.
 */
final class TaggedPath {
  /** One tag of the form with braces, with what separates it from the next. */
  private static final Pattern BRACED =
      Pattern.compile("([^=]+)=\"((?:\\\\[\"\\\\]|[^\"\\\\])+)\"(?:,|$)");

  /** The tag that stands for the name. */
  private static final String NAME = "name";

  private TaggedPath() {}

  /** What a path stands for. */
  static Mapped map(String path, Mapping mapping) {
    int brace = path.indexOf('{');
    if (brace >= 0 && path.endsWith("\"}")) {
      return braced(path, brace, mapping);
    }
    int semicolon = path.indexOf(';');
    return semicolon < 0 ? mapping.map(path) : tagged(path, semicolon, mapping);
  }

  private static Mapped tagged(String path, int semicolon, Mapping mapping) {
    Labels.Builder tags = new Labels.Builder();
    for (String segment : path.substring(semicolon + 1).split(";", -1)) {
      int equals = segment.indexOf('=');
      if (equals < 0) {
        return refused(path, "'" + shortened(segment) + "' (expected: tag=value)");
      }
      String fault = add(tags, segment.substring(0, equals), segment.substring(equals + 1));
      if (fault != null) {
        return refused(path, fault);
      }
    }
    return mapping.map(path.substring(0, semicolon), tags.build());
  }

  private static Mapped braced(String path, int brace, Mapping mapping) {
    Labels.Builder tags = new Labels.Builder();
    Matcher tag = BRACED.matcher(path).region(brace + 1, path.length() - 1);
    int at = brace + 1;
    while (at < path.length() - 1) {
      if (!tag.lookingAt()) {
        return refused(path, "'" + shortened(path.substring(at)) + "' (expected: tag=\"value\",…)");
      }
      String value = tag.group(2).replace("\\\"", "\"").replace("\\\\", "\\");
      String fault = add(tags, tag.group(1), value);
      if (fault != null) {
        return refused(path, fault);
      }
      at = tag.end();
      tag.region(at, path.length() - 1);
    }
    return mapping.map(path.substring(0, brace), tags.build());
  }

  private static @Nullable String add(Labels.Builder tags, String tag, String value) {
    if (tag.isEmpty()) {
      return "tag without a name (expected: tag=value)";
    }
    for (int i = 0; i < tag.length(); i++) {
      if (";!^=".indexOf(tag.charAt(i)) >= 0) {
        return "tag '" + shortened(tag) + "' (expected: none of ; ! ^ = in it)";
      }
    }
    if (value.isEmpty() || value.charAt(0) == '~' || value.indexOf(';') >= 0) {
      return "tag '"
          + shortened(tag)
          + "' with value '"
          + shortened(value)
          + "' (expected: not empty, no ; in it, no ~ before it)";
    }
    if (!tag.equals(NAME)) {
      tags.set(tag, value);
    }
    return null;
  }

  private static Mapped refused(String path, String fault) {
    return new Mapped.Refused(Rejection.INVALID_LABELS, "path '" + shortened(path) + "': " + fault);
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
