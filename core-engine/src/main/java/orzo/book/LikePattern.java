package orzo.book;

import java.util.Arrays;

/**
 * A pattern as SQL has it: {@code %} stands for any text, {@code _} for any one character, and a
 * backslash takes the meaning from the character behind it.
 */
public final class LikePattern {
  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;

  private final int[] parts;

  private LikePattern(int[] parts) {
    this.parts = parts;
  }

  /** Reads a pattern; every text is one. */
  public static LikePattern of(String pattern) {
    int[] characters = pattern.codePoints().toArray();
    int[] parts = new int[characters.length];
    int size = 0;
    for (int i = 0; i < characters.length; i++) {
      int c = characters[i];
      if (c == '\\' && i + 1 < characters.length) {
        parts[size++] = characters[++i];
      } else {
        parts[size++] = c == '%' ? ANY_TEXT : c == '_' ? ANY_CHARACTER : c;
      }
    }
    return new LikePattern(Arrays.copyOf(parts, size));
  }

  /** The pattern of texts that begin with what fits {@code start}. */
  public static LikePattern startsWith(String start) {
    return of(start + "%");
  }

  /** The pattern of texts that end with what fits {@code end}. */
  public static LikePattern endsWith(String end) {
    return of("%" + end);
  }

  /** Whether the whole text fits; takes at most as many steps as text times pattern is long. */
  public boolean fits(String text) {
    int[] characters = text.codePoints().toArray();
    int at = 0;
    int part = 0;
    int lastAny = -1; // the last part that stands for any text, and up to where it reaches
    int reach = 0;
    while (at < characters.length) {
      if (part < parts.length && parts[part] == ANY_TEXT) {
        lastAny = part++;
        reach = at;
      } else if (part < parts.length
          && (parts[part] == ANY_CHARACTER || parts[part] == characters[at])) {
        part++;
        at++;
      } else if (lastAny >= 0) {
        part = lastAny + 1;
        at = ++reach;
      } else {
        return false;
      }
    }
    while (part < parts.length && parts[part] == ANY_TEXT) {
      part++;
    }
    return part == parts.length;
  }
}
