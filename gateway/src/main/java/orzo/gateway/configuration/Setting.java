package orzo.gateway.configuration;

/**
 * The value of a key that counts.
 *
 * @param value what it means
 * @param text as it was written
 * @param origin where it was set
 */
public record Setting<T>(Key<T> key, T value, String text, Origin origin) {
  /** The text without its secrets. */
  public String shownText() {
    return key.type().masked(text);
  }
}
