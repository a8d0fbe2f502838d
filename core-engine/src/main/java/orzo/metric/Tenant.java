package orzo.metric;

import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The owner of series and everything about them; what one tenant wrote no other sees.
 *
 * @param id 1 to 150 characters of {@code a-z A-Z 0-9 ! - _ . * ' ( )}, as Mimir and Loki allow,
 *     and neither {@code .} nor {@code ..}
 */
public record Tenant(String id) implements Comparable<Tenant> {
  /** Who writes and asks without naming a tenant. */
  public static final Tenant DEFAULT = new Tenant("default");

  private static final int MAX_LENGTH = 150;

  /**
   * Creates a tenant.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for an id that is not allowed
   */
  public Tenant {
    if (id.isEmpty()
        || id.length() > MAX_LENGTH
        || id.equals(".")
        || id.equals("..")
        || !isPlain(id)) {
      throw new GatewayException(
          Kind.MALFORMED,
          "tenant '"
              + (id.length() > MAX_LENGTH ? id.substring(0, MAX_LENGTH) + "…" : id)
              + "' (expected: 1 to 150 of a-z A-Z 0-9 ! - _ . * ' ( ), not '.' or '..')");
    }
  }

  private static boolean isPlain(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "!-_.*'()".indexOf(c) >= 0;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Tenant other) {
    return id.compareTo(other.id);
  }
}
