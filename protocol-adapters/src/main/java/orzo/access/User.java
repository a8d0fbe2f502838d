package orzo.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;

/**
 * Somebody who may send requests.
 *
 * @param name what the user is called, without a colon; empty where nobody is asked
 * @param project what the user works for, without a colon
 * @param roles what the user is, such as {@code admin}
 * @param tenants whose data the user may name, the first one for requests that name none; {@link
 *     #ALL_TENANTS} stands for all there are
 */
public record User(String name, Optional<String> project, Set<String> roles, List<String> tenants) {
  /** The role that may do everything. */
  public static final String ADMIN = "admin";

  /** What stands for all tenants. */
  public static final String ALL_TENANTS = "*";

  /** Whoever it is, where nobody is asked. */
  public static final User ANYONE =
      new User("", Optional.empty(), Set.of(ADMIN), List.of(ALL_TENANTS));

  /** Keeps copies. */
  public User {
    roles = Set.copyOf(roles);
    tenants = List.copyOf(tenants);
  }

  /** Whether the user may do everything. */
  public boolean isAdmin() {
    return roles.contains(ADMIN);
  }

  /**
   * The tenant that a request is about.
   *
   * @param named what the request names, null for none; need not be a tenant that can be
   * @return empty when the user may not ask for it
   */
  public Optional<String> tenant(@Nullable String named) {
    if (named == null) {
      String first = tenants.getFirst();
      return Optional.of(first.equals(ALL_TENANTS) ? Tenant.DEFAULT.id() : first);
    }
    return tenants.contains(named) || tenants.contains(ALL_TENANTS)
        ? Optional.of(named)
        : Optional.empty();
  }
}
