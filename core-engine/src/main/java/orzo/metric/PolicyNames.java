package orzo.metric;

import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** What archive policies and their rules may be called. */
public final class PolicyNames {
  /** The longest name, in UTF-16 units; Gnocchi's limit too. */
  public static final int MAX_LENGTH = 255;

  private PolicyNames() {}

  /**
   * Checks the name of something.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a name that is empty, too long, or holds
   *     control characters or half a surrogate pair
   */
  public static void require(String what, String name) {
    if (!isName(name)) {
      throw new GatewayException(
          Kind.MALFORMED,
          what
              + " '"
              + (name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "…" : name)
              + "' (expected: a name of 1 to "
              + MAX_LENGTH
              + " characters, none of them a control character)");
    }
  }

  /** Whether something may have that name. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_LENGTH
        && name.codePoints()
            .noneMatch(point ->
                Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE);
  }
}
