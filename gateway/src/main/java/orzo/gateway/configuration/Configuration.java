package orzo.gateway.configuration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value for every key. */
public final class Configuration {
  private final Map<Key<?>, Setting<?>> settings;

  /** Creates a configuration of one setting for each of {@link Keys#ALL}. */
  Configuration(Map<Key<?>, Setting<?>> settings) {
    this.settings = Map.copyOf(settings);
  }

  /** The value of a key. */
  public <T> T get(Key<T> key) {
    return setting(key).value();
  }

  /** The value of a key, and where it comes from. */
  public <T> Setting<T> setting(Key<T> key) {
    Setting<?> setting = settings.get(key);
    if (setting == null) {
      throw new IllegalArgumentException("key: " + key.name() + " (expected: one of Keys.ALL)");
    }
    @SuppressWarnings("unchecked") // The loader parses the value of a key with that key's type.
    Setting<T> typed = (Setting<T>) setting;
    return typed;
  }

  /** Each key with its value as it was written, without secrets. */
  public Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    for (Key<?> key : Keys.ALL) {
      shown.put(key.name(), setting(key).shownText());
    }
    return shown;
  }

  /**
   * Each key with its value and its origin, as a file that can be loaded again unless a secret is
   * masked in it.
   */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    int width = 0;
    for (Key<?> key : Keys.ALL) {
      width = Math.max(width, assignment(setting(key)).length());
    }
    for (Key<?> key : Keys.ALL) {
      Setting<?> setting = setting(key);
      lines.add(("%-" + width + "s  # %s").formatted(assignment(setting), setting.origin()));
    }
    return lines;
  }

  private static String assignment(Setting<?> setting) {
    return setting.key().name() + ": " + quoted(setting.shownText());
  }

  /** A YAML scalar, in quotes unless it is plainly a word, a number, a path or a URL. */
  private static String quoted(String text) {
    if (text.matches("[A-Za-z0-9./][A-Za-z0-9._/+-]*(:[A-Za-z0-9._/@*+-]+)*")) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
