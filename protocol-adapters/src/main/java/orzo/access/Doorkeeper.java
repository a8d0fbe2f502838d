package orzo.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells who sends a request: by the user name and the password of {@code Authorization: Basic} (RFC
 * 7617), by the token of {@code Authorization: Bearer} (RFC 6750), or by that of {@code
 * X-Auth-Token}, which OpenStack's clients send. With both headers it is {@code Authorization} that
 * counts.
 *
 * <p>A password is compared once; who sends the same again is known at once. Comparisons take long
 * by design, so no more than a few run at a time, and no more than {@value #MAX_WAITING} wait. Safe
 * for many threads.
 */
public final class Doorkeeper {
  /** Admits everybody. */
  public static final Doorkeeper NONE =
      new Doorkeeper(Optional.empty(), RandomGenerator.getDefault(), 1);

  /** The header in which OpenStack's clients send tokens. */
  public static final String TOKEN_HEADER = "X-Auth-Token";

  /** What to answer in {@code WWW-Authenticate} to who is not admitted, RFC 9110 section 11.6.1. */
  public static final List<String> CHALLENGES =
      List.of("Basic realm=\"orzo\", charset=\"UTF-8\"", "Bearer realm=\"orzo\"");

  /** How many requests may wait for a comparison. */
  static final int MAX_WAITING = 64;

  private static final String BEARER = "bearer ";
  private static final String FINGERPRINT = "HmacSHA256";

  private final Optional<Supplier<Users>> users;
  private final SecretKeySpec key;
  private final Semaphore comparisons;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder compared = new LongAdder();
  private final LongAdder withoutCredentials = new LongAdder();
  private final LongAdder withWrongCredentials = new LongAdder();
  private final LongAdder putOff = new LongAdder();

  private sealed interface Credentials {
    record Password(BasicCredentials basic) implements Credentials {}

    record Token(String token) implements Credentials {}

    record Missing() implements Credentials {}

    record Unknown() implements Credentials {}
  }

  private Doorkeeper(Optional<Supplier<Users>> users, RandomGenerator random, int maxComparisons) {
    this.users = users;
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, FINGERPRINT);
    comparisons = new Semaphore(maxComparisons);
  }

  /**
   * Admits the users of a file.
   *
   * @param users those there are now
   * @param random makes the key of what is remembered of passwords; must be fit for secrets
   * @param maxComparisons how many passwords are compared at a time
   */
  public static Doorkeeper of(Supplier<Users> users, RandomGenerator random, int maxComparisons) {
    return new Doorkeeper(Optional.of(users), random, maxComparisons);
  }

  /**
   * Who sends a request, if that is known at once; if not, ask {@link #verdict}. Does not block.
   *
   * @param authorization the header of that name, null when it is missing
   * @param token the header {@link #TOKEN_HEADER}, null when it is missing
   */
  public Optional<Verdict> verdictAtOnce(@Nullable String authorization, @Nullable String token) {
    if (users.isEmpty()) {
      return Optional.of(new Verdict.Admitted(User.ANYONE));
    }
    Users current = users.get().get();
    return switch (credentials(authorization, token)) {
      case Credentials.Missing _ -> {
        withoutCredentials.increment();
        yield Optional.of(new Verdict.Refused());
      }
      case Credentials.Unknown _ -> Optional.of(wrong());
      case Credentials.Token(String text) ->
          Optional.of(
              current.withToken(text).<Verdict>map(Verdict.Admitted::new).orElseGet(this::wrong));
      case Credentials.Password(BasicCredentials(String name, String password)) -> {
        Account account = current.account(name);
        yield account
            .remembers(fingerprint(name, password))
            .map(right -> decided(current, account, right));
      }
    };
  }

  /** Who sends a request; may block for as long as comparing passwords takes. */
  public Verdict verdict(@Nullable String authorization, @Nullable String token) {
    Optional<Verdict> known = verdictAtOnce(authorization, token);
    if (known.isPresent()
        || users.isEmpty()
        || !(credentials(authorization, token)
            instanceof Credentials.Password(BasicCredentials(String name, String password)))) {
      return known.orElseGet(Verdict.Refused::new);
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      putOff.increment();
      return new Verdict.Busy();
    }
    comparisons.acquireUninterruptibly();
    try {
      Users current = users.get().get();
      Account account = current.account(name);
      compared.increment();
      return decided(current, account, account.compare(password, fingerprint(name, password)));
    } finally {
      comparisons.release();
      waiting.decrementAndGet();
    }
  }

  private Verdict decided(Users current, Account account, boolean isRight) {
    return isRight && current.knows(account) ? new Verdict.Admitted(account.user()) : wrong();
  }

  private Verdict wrong() {
    withWrongCredentials.increment();
    return new Verdict.Refused();
  }

  /** How many requests were refused that did not say who sends them. */
  public long withoutCredentials() {
    return withoutCredentials.sum();
  }

  /** How many requests were refused that did not say rightly who sends them. */
  public long withWrongCredentials() {
    return withWrongCredentials.sum();
  }

  /** How many requests were put off, because too many passwords were being compared. */
  public long putOff() {
    return putOff.sum();
  }

  /** How many requests wait for a comparison, or have theirs. */
  int waiting() {
    return waiting.get();
  }

  /** How many passwords were looked at that were not known at once. */
  public long compared() {
    return compared.sum();
  }

  private static Credentials credentials(@Nullable String authorization, @Nullable String token) {
    if (authorization == null) {
      return token == null ? new Credentials.Missing() : new Credentials.Token(token.strip());
    }
    if (authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return new Credentials.Token(authorization.substring(BEARER.length()).strip());
    }
    return BasicCredentials.of(authorization)
        .<Credentials>map(Credentials.Password::new)
        .orElseGet(Credentials.Unknown::new);
  }

  /** What is remembered of a password: with a key that only this process has. */
  private byte[] fingerprint(String name, String password) {
    try {
      Mac mac = Mac.getInstance(FINGERPRINT);
      mac.init(key);
      mac.update(name.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) ':'); // no name has one
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + FINGERPRINT, e);
    }
  }
}
