package orzo.gateway.configuration;

import java.util.Optional;
import java.util.function.Function;

/**
 * How the values of a key are written, and what they mean.
 *
 * @param <T> the type of the values
 */
public final class ValueType<T> {
  private final String allowed;
  private final Function<String, Optional<T>> parser;
  private final Function<String, String> mask;

  private ValueType(
      String allowed, Function<String, Optional<T>> parser, Function<String, String> mask) {
    this.allowed = allowed;
    this.parser = parser;
    this.mask = mask;
  }

  /**
   * Makes a type whose values are no secrets.
   *
   * @param allowed what may be written, as the end of the sentence "allowed: …"
   * @param parser returns empty for a text that is not allowed
   */
  static <T> ValueType<T> of(String allowed, Function<String, Optional<T>> parser) {
    return new ValueType<>(allowed, parser, Function.identity());
  }

  /** This type with values that are shown only as {@code mask} makes them. */
  ValueType<T> maskedBy(Function<String, String> newMask) {
    return new ValueType<>(allowed, parser, newMask);
  }

  /** What may be written. */
  public String allowed() {
    return allowed;
  }

  /** Reads a value; empty when the text is not allowed. */
  Optional<T> parse(String text) {
    return parser.apply(text);
  }

  /** The text without its secrets, fit to be printed. */
  String masked(String text) {
    return mask.apply(text);
  }
}
