package orzo.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.file.InvalidFileException;

class DoorkeeperTest {
  /** Of "alice-secret", as Python's crypt made it. */
  private static final String ALICE =
      "$2b$04$abcdefghijklmnopqrstuuHCSenwm8buK215m4R4q2ZmPL95d0lX2";

  /** Of "bob-secret", with the mark of htpasswd. */
  private static final String BOB = "$2y$05$zyxwvutsrqponmlkjihgfu7H29Z33PfcnaGtjmPkw2pjjUy2gDAl6";

  /** Of "pässwort". */
  private static final String UMLAUT =
      "$2b$04$N9qo8uLOickgx2ZMRZoMyennqNOPYX5CP8YUap3y8aFQZ.pyeUTPy";

  private final AtomicReference<Users> users = new AtomicReference<>(users(ALICE));
  private final Doorkeeper doorkeeper = Doorkeeper.of(users::get, new SplittableRandom(1), 1);

  private static Users users(String hashOfAlice) {
    try {
      return UserFile.parse(
          "users",
          """
          users:
            - {name: alice, password: "%s", tokens: ["%s"]}
            - {name: bob, password: "%s"}
            - {name: ümit, password: "%s"}
          """
              .formatted(hashOfAlice, Tokens.hash("the-token"), BOB, UMLAUT));
    } catch (InvalidFileException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<String> admitted(@Nullable String authorization, @Nullable String token) {
    return switch (doorkeeper.verdict(authorization, token)) {
      case Verdict.Admitted(User user) -> Optional.of(user.name());
      case Verdict.Refused _, Verdict.Busy _ -> Optional.empty();
    };
  }

  @Test
  void password_thatIsRight_admitsItsUser() {
    assertThat(admitted(basic("alice:alice-secret"), null)).contains("alice");
    assertThat(admitted(basic("bob:bob-secret"), null)).contains("bob");
    assertThat(admitted(basic("ümit:pässwort"), null)).contains("ümit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice:bob-secret",
        "alice:",
        "alice",
        "bob:alice-secret",
        "Alice:alice-secret",
        "nobody:abc123xyz", // the password that those who are not there are compared with
        ":",
        ""
      })
  void password_thatIsWrong_admitsNobody(String credentials) {
    for (int time = 0; time < 2; time++) {
      assertThat(admitted(basic(credentials), null)).isEmpty();
    }
    assertThat(doorkeeper.withWrongCredentials()).isEqualTo(2);
  }

  @Test
  void password_thatIsLongerThanBcryptLooksAt_admitsNobody() {
    assertThat(admitted(basic("alice:" + "x".repeat(72)), null)).isEmpty();
  }

  @Test
  void token_admitsItsUser_inEitherHeader() {
    assertThat(admitted("Bearer the-token", null)).contains("alice");
    assertThat(admitted("bearer  the-token ", null)).contains("alice");
    assertThat(admitted(null, "the-token")).contains("alice");
    assertThat(admitted("Bearer another", null)).isEmpty();
    assertThat(admitted(null, "")).isEmpty();
    assertThat(admitted("Bearer " + Tokens.hash("the-token"), null)).isEmpty();
    assertThat(admitted("Bearer another", "the-token")).as("Authorization counts").isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic", "Basic !!", "Digest username=alice", "alice:alice-secret"})
  void nothingThatCanBeRead_admitsNobody(@Nullable String authorization) {
    assertThat(doorkeeper.verdictAtOnce(authorization, null)).contains(new Verdict.Refused());
    assertThat(doorkeeper.withoutCredentials() + doorkeeper.withWrongCredentials()).isEqualTo(1);
  }

  @Test
  void password_thatWasLookedAt_isKnownAtOnce() {
    String right = basic("alice:alice-secret");
    String wrong = basic("alice:wrong");
    assertThat(doorkeeper.verdictAtOnce(right, null)).isEmpty();

    Verdict verdict = doorkeeper.verdict(right, null);
    Verdict refused = doorkeeper.verdict(wrong, null);

    assertThat(doorkeeper.verdictAtOnce(right, null)).contains(verdict);
    assertThat(doorkeeper.verdictAtOnce(wrong, null)).contains(refused);
    assertThat(doorkeeper.verdictAtOnce(basic("bob:alice-secret"), null)).isEmpty();
    assertThat(doorkeeper.compared()).isEqualTo(2);
  }

  @Test
  void password_thatIsChanged_isForgotten() {
    String credentials = basic("alice:alice-secret");
    assertThat(admitted(credentials, null)).contains("alice");

    users.set(users(UMLAUT));

    assertThat(doorkeeper.verdictAtOnce(credentials, null)).isEmpty();
    assertThat(admitted(credentials, null)).isEmpty();
    assertThat(admitted(basic("alice:pässwort"), null)).contains("alice");
  }

  @Test
  void user_whoIsTakenOut_isForgotten() throws Exception {
    assertThat(admitted(basic("bob:bob-secret"), null)).contains("bob");

    users.set(UserFile.parse("users", "users: [{name: alice, password: '" + ALICE + "'}]"));

    assertThat(admitted(basic("bob:bob-secret"), null)).isEmpty();
    assertThat(admitted("Bearer the-token", null)).isEmpty();
  }

  @Test
  void manyWithTheSamePassword_areAllAdmitted() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Optional<String>>> asking = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        asking.add(() -> admitted(basic("bob:bob-secret"), null));
      }
      for (Future<Optional<String>> answer : threads.invokeAll(asking)) {
        assertThat(answer.get()).contains("bob");
      }
    }
  }

  @Test
  void tooManyWhoWait_arePutOff() throws Exception {
    Doorkeeper none = Doorkeeper.of(users::get, new SplittableRandom(1), 0); // nobody compares
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < Doorkeeper.MAX_WAITING; i++) {
      String credentials = basic("alice:" + i);
      waiting.add(
          Thread.ofVirtual()
              .start(() -> {
                Verdict _ = none.verdict(credentials, null);
              }));
    }
    await().until(() -> none.waiting() == Doorkeeper.MAX_WAITING);

    assertThat(none.verdict(basic("alice:more"), null)).isEqualTo(new Verdict.Busy());
    assertThat(none.putOff()).isEqualTo(1);
    assertThat(none.waiting()).isEqualTo(Doorkeeper.MAX_WAITING);
    assertThat(waiting).allMatch(Thread::isAlive);
  }

  @Test
  void none_admitsWhoever() {
    assertThat(Doorkeeper.NONE.verdictAtOnce(null, null))
        .contains(new Verdict.Admitted(User.ANYONE));
    assertThat(Doorkeeper.NONE.verdict("Basic !!", "x"))
        .isEqualTo(new Verdict.Admitted(User.ANYONE));
  }

  @Test
  void credentials_doNotShowThePassword() {
    assertThat(BasicCredentials.of(basic("bob:se:cret")).orElseThrow())
        .hasToString("bob")
        .isEqualTo(new BasicCredentials("bob", "se:cret"));
  }
}
