package orzo.mapping;

import org.jspecify.annotations.Nullable;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/** Names that no rule is for, and what holds for all names. */
final class PlainNames {
  /** How long a name or the value of a tag may be, in UTF-16 units. */
  static final int MAX_VALUE = 8192;

  /** How long the name of a tag may be, in UTF-16 units. */
  static final int MAX_TAG_NAME = 1024;

  /** How many tags a name may have. */
  static final int MAX_TAGS = 127;

  /** How much of a name stands in a message. */
  private static final int MAX_QUOTED = 100;

  private PlainNames() {}

  /** The series of a name by itself: the name as {@code __name__}, the tags as labels. */
  static Mapped map(String name, Labels tags) {
    Mapped.Refused refused = fault(name, tags);
    if (refused != null) {
      return refused;
    }
    return new Mapped.Series(Registration.of(tags.with(Labels.NAME, withoutEmptyNodes(name))));
  }

  /** The series of a name that was turned into other labels; the name stays known as its path. */
  static Mapped mapped(
      String name,
      Labels tags,
      Labels labels,
      @Nullable ResourceRef resource,
      @Nullable String archivePolicy) {
    boolean isPlain = labels.equals(tags.with(Labels.NAME, name));
    return new Mapped.Series(
        new Registration(labels, resource, archivePolicy, isPlain ? null : path(name, tags)));
  }

  /** Name and tags as Graphite writes them, {@code name;tag=value;…}, tags in ascending order. */
  private static String path(String name, Labels tags) {
    StringBuilder path = new StringBuilder(name);
    for (int i = 0; i < tags.size(); i++) {
      path.append(';').append(tags.name(i)).append('=').append(tags.value(i));
    }
    return path.toString();
  }

  /** Why a name with tags stands for no series, whatever the rules say. */
  static Mapped.@Nullable Refused fault(String name, Labels tags) {
    if (isEmpty(name)) {
      return new Mapped.Refused(
          Rejection.INVALID_PATH, "path " + quoted(name) + " (expected: one node or more)");
    }
    if (name.length() > MAX_VALUE) {
      return new Mapped.Refused(
          Rejection.INVALID_PATH, tooLong("path " + quoted(name), name, MAX_VALUE));
    }
    if (tags.size() > MAX_TAGS) {
      return new Mapped.Refused(
          Rejection.INVALID_LABELS,
          "path " + quoted(name) + ": " + tags.size() + " tags (expected: at most 127)");
    }
    for (int i = 0; i < tags.size(); i++) {
      String text = fault(tags.name(i), tags.value(i));
      if (text != null) {
        return new Mapped.Refused(Rejection.INVALID_LABELS, "path " + quoted(name) + ": " + text);
      }
    }
    return null;
  }

  private static @Nullable String fault(String tag, String value) {
    if (tag.isEmpty()) {
      return "the name of a tag is empty (expected: one character or more)";
    }
    if (tag.equals(Labels.NAME)) {
      return "tag '" + Labels.NAME + "' (expected: another name, this one is for the path)";
    }
    if (tag.length() > MAX_TAG_NAME) {
      return tooLong("tag " + quoted(tag), tag, MAX_TAG_NAME);
    }
    return value.length() > MAX_VALUE
        ? tooLong("value of tag " + quoted(tag), value, MAX_VALUE)
        : null;
  }

  private static String tooLong(String what, String text, int limit) {
    return what + " has " + text.length() + " characters (expected: at most " + limit + ")";
  }

  private static boolean isEmpty(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) != '.') {
        return false;
      }
    }
    return true;
  }

  /** The path without the empty nodes that leading, trailing and doubled dots make. */
  static String withoutEmptyNodes(String path) {
    if (!path.startsWith(".") && !path.endsWith(".") && !path.contains("..")) {
      return path;
    }
    StringBuilder clean = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '.' || !clean.isEmpty() && clean.charAt(clean.length() - 1) != '.') {
        clean.append(c);
      }
    }
    if (clean.charAt(clean.length() - 1) == '.') {
      clean.setLength(clean.length() - 1);
    }
    return clean.toString();
  }

  /** A name in a message, cut when it is long. */
  static String quoted(String name) {
    String text = name.length() <= MAX_QUOTED ? name : name.substring(0, MAX_QUOTED) + "…";
    return "'" + text.replace("\n", "\\n").replace("\r", "\\r") + "'";
  }
}
