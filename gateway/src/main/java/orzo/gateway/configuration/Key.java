package orzo.gateway.configuration;

import java.util.Locale;

/**
 * Something that can be set.
 *
 * @param name its name: lower-case words with dots and hyphens
 * @param type how its values are written
 * @param defaultText the value that counts when nothing is set, as it would be written
 * @param description what it does, one sentence without its full stop
 * @param <T> the type of its values
 */
public record Key<T>(String name, ValueType<T> type, String defaultText, String description) {
  /**
   * Creates a key.
   *
   * @throws IllegalArgumentException for a default that the type does not allow
   */
  public Key {
    if (type.parse(defaultText).isEmpty()) {
      throw new IllegalArgumentException(
          name + ": default '" + defaultText + "' (expected: " + type.allowed() + ")");
    }
  }

  /** The environment variable that sets it. */
  public String environmentName() {
    return "ORZO_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
