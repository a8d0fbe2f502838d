package orzo.access;

import java.util.SplittableRandom;
import orzo.file.InvalidFileException;

/** Users whose passwords are cheap to look at. */
public final class UsersUnderTest {
  /** What is kept of "alice-secret", as Python's crypt made it. */
  public static final String ALICE = "$2b$04$abcdefghijklmnopqrstuuHCSenwm8buK215m4R4q2ZmPL95d0lX2";

  /** What is kept of "bob-secret", with the mark of htpasswd. */
  public static final String BOB = "$2y$05$zyxwvutsrqponmlkjihgfu7H29Z33PfcnaGtjmPkw2pjjUy2gDAl6";

  private UsersUnderTest() {}

  /**
   * Admits {@code alice} (password {@code alice-secret}, token {@code the-token}, tenant {@code
   * team-a} or {@code default}) and {@code bob} ({@code bob-secret}, an administrator).
   */
  public static Doorkeeper doorkeeper() {
    Users users;
    try {
      users =
          UserFile.parse(
              "users",
              """
              users:
                - {name: alice, password: "%s", tokens: ["%s"], tenants: [team-a, default]}
                - {name: bob, password: "%s", roles: [admin]}
              """
                  .formatted(ALICE, Tokens.hash("the-token"), BOB));
    } catch (InvalidFileException e) {
      throw new IllegalStateException(e);
    }
    return Doorkeeper.of(() -> users, new SplittableRandom(1), 1);
  }
}
