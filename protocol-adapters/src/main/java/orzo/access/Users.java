package orzo.access;

import java.util.Map;
import java.util.Optional;

/** The users of a file. Safe for many threads. */
public final class Users {
  /** What the password of a user who is not there is compared with, so that it takes as long. */
  private static final String NOBODYS_HASH =
      "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

  private final Map<String, Account> byName;
  private final Map<String, User> byTokenHash;
  private final Account nobody;
  private final int count;

  /**
   * Takes the users of a file.
   *
   * @param byName those who have passwords
   * @param byTokenHash those who have tokens, by what {@link Tokens#hash} makes of these
   * @param count how many there are
   */
  Users(Map<String, Account> byName, Map<String, User> byTokenHash, int count) {
    this.byName = Map.copyOf(byName);
    this.byTokenHash = Map.copyOf(byTokenHash);
    this.nobody = new Account(User.ANYONE, NOBODYS_HASH);
    this.count = count;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** The user whom a token stands for. */
  Optional<User> withToken(String token) {
    return Optional.ofNullable(byTokenHash.get(Tokens.hash(token)));
  }

  /** The account of that name; if there is none, one that no password is right for. */
  Account account(String name) {
    return byName.getOrDefault(name, nobody);
  }

  /** Whether an account is of a user that there is. */
  boolean knows(Account account) {
    return account != nobody;
  }
}
