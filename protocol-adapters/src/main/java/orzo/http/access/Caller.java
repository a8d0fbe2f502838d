package orzo.http.access;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import orzo.access.User;
import orzo.http.access.Permission.Grant;

/**
 * Who sent a request.
 *
 * @param user who it is, empty when nobody is asked
 * @param project what the user works for; empty where there are no projects
 * @param roles what the user is; {@code admin} and {@code service} have a meaning
 * @param isConfined whether lists, and resources asked for by id, leave out what the caller has no
 *     permission for. Gnocchi has it so for Keystone's users only
 */
public record Caller(String user, Optional<String> project, Set<String> roles, boolean isConfined) {
  /** The role that may do everything. */
  public static final String ADMIN = User.ADMIN;

  /** The role of services that write on behalf of others. */
  public static final String SERVICE = "service";

  /** The caller where nobody is asked: whoever it is may do everything. */
  public static final Caller ANYONE = new Caller("", Optional.empty(), Set.of(ADMIN), false);

  /** Keeps a copy of the roles. */
  public Caller {
    roles = Set.copyOf(roles);
  }

  /** A user without a project, as Gnocchi's {@code basic} mode knows them. */
  public static Caller of(String user) {
    return new Caller(user, Optional.empty(), user.equals(ADMIN) ? Set.of(ADMIN) : Set.of(), false);
  }

  /** A user who works for a project, as Gnocchi knows Keystone's. */
  public static Caller of(String user, String project, Set<String> roles) {
    return new Caller(user, Optional.of(project), roles, true);
  }

  /** Somebody of a file of users, who sees what is the project's, and the user's own. */
  static Caller of(User user) {
    return new Caller(user.name(), user.project(), user.roles(), true);
  }

  /**
   * What is stored with all that this caller creates: the user, followed by a colon and the project
   * if there are projects.
   */
  public String creator() {
    return project.map(it -> user + ":" + it).orElse(user);
  }

  /** Whether the caller may do everything. */
  public boolean isAdmin() {
    return roles.contains(ADMIN);
  }

  /** Whether the caller may do something, whatever it is done to. */
  public boolean may(Permission permission) {
    return permission.has(Grant.ANYONE)
        || permission.has(Grant.ADMIN) && isAdmin()
        || permission.has(Grant.SERVICE) && roles.contains(SERVICE);
  }

  /**
   * Whether the caller may do something to what has this creator and owner.
   *
   * @param creator the {@link #creator()} that was stored with it; null for what a protocol
   *     created, which is for all of the tenant to read
   * @param owner the project that it belongs to, or that its resource does; not that of its creator
   */
  public boolean may(Permission permission, @Nullable String creator, Optional<String> owner) {
    return may(permission)
        || permission.has(Grant.CREATOR) && isCreator(permission, creator)
        || permission.has(Grant.OWNER) && project.isPresent() && project.equals(owner);
  }

  /**
   * Whether something is there for the caller at all: in lists, and for resources when asked for by
   * id.
   *
   * @param creator the {@link #creator()} that was stored with it; null for what a protocol created
   * @param owner the project that it belongs to, or that its resource does; not that of its creator
   */
  public boolean sees(Permission permission, @Nullable String creator, Optional<String> owner) {
    return !isConfined || may(permission, creator, owner);
  }

  private boolean isCreator(Permission permission, @Nullable String creator) {
    if (creator == null) {
      return permission.isReading();
    }
    return creator.equals(creator()) || isProjectOf(creator);
  }

  private boolean isProjectOf(String creator) {
    int colon = creator.indexOf(':');
    return project.isPresent() && colon >= 0 && creator.substring(colon + 1).equals(project.get());
  }
}
