package orzo.federate;

import java.util.Optional;

/**
 * What becomes of names of metrics and labels that have other characters than those of old: {@code
 * [a-zA-Z_:][a-zA-Z0-9_:]*}.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/escaping_schemes/">Escaping schemes</a>
 */
enum NameEscaping {
  /** Nothing; where a format needs it they are quoted. */
  ALLOW_UTF_8("allow-utf-8"),
  /** Each such character becomes an underscore. */
  UNDERSCORES("underscores"),
  /** Dots become words, underscores two of them. */
  DOTS("dots"),
  /** Each such character becomes its number. */
  VALUES("values");

  private final String word;

  NameEscaping(String word) {
    this.word = word;
  }

  /** As content types name it. */
  String word() {
    return word;
  }

  static Optional<NameEscaping> of(String word) {
    for (NameEscaping escaping : values()) {
      if (escaping.word.equals(word)) {
        return Optional.of(escaping);
      }
    }
    return Optional.empty();
  }

  /** Whether all characters are of those of old. */
  static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.charAt(i), i)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isPlain(int point, int at) {
    return point >= 'a' && point <= 'z'
        || point >= 'A' && point <= 'Z'
        || point == '_'
        || point == ':'
        || point >= '0' && point <= '9' && at > 0;
  }

  /** The name as it is sent. */
  String escape(String name) {
    return switch (this) {
      case ALLOW_UTF_8 -> name;
      case UNDERSCORES -> isPlain(name) ? name : underscores(name);
      case DOTS -> dots(name);
      case VALUES -> isPlain(name) ? name : numbers(name);
    };
  }

  private static String underscores(String name) {
    StringBuilder escaped = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
      int point = name.codePointAt(i);
      escaped.appendCodePoint(isPlain(point, i) ? point : '_');
    }
    return escaped.toString();
  }

  private static String dots(String name) {
    StringBuilder escaped = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
      int point = name.codePointAt(i);
      if (point == '.') {
        escaped.append("_dot_");
      } else if (point == '_' || !isPlain(point, i)) {
        escaped.append("__");
      } else {
        escaped.appendCodePoint(point);
      }
    }
    return escaped.toString();
  }

  private static String numbers(String name) {
    StringBuilder escaped = new StringBuilder("U__");
    for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
      int point = name.codePointAt(i);
      if (point == '_') {
        escaped.append("__");
      } else if (isPlain(point, i)) {
        escaped.appendCodePoint(point);
      } else {
        escaped.append('_').append(Integer.toHexString(point)).append('_');
      }
    }
    return escaped.toString();
  }
}
