package orzo.access;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A user with a password. Remembers the last password that was right and the last one that was
 * wrong, as fingerprints that tell nobody what they were: who sends the same again is answered
 * without a comparison. Safe for many threads.
 */
final class Account {
  private final User user;
  private final String passwordHash;
  private final ReentrantLock comparing = new ReentrantLock();
  private volatile byte @Nullable [] right;
  private volatile byte @Nullable [] wrong;

  Account(User user, String passwordHash) {
    this.user = user;
    this.passwordHash = passwordHash;
  }

  User user() {
    return user;
  }

  /** Whether a password is right, if that is known already. */
  Optional<Boolean> remembers(byte[] fingerprint) {
    if (MessageDigest.isEqual(right, fingerprint)) {
      return Optional.of(true);
    }
    return MessageDigest.isEqual(wrong, fingerprint) ? Optional.of(false) : Optional.empty();
  }

  /** Compares a password; of many threads that bring the same one, one does so. */
  boolean compare(String password, byte[] fingerprint) {
    comparing.lock();
    try {
      Optional<Boolean> known = remembers(fingerprint);
      if (known.isPresent()) {
        return known.get();
      }
      boolean fits = Passwords.fits(password, passwordHash);
      if (fits) {
        right = fingerprint;
      } else {
        wrong = fingerprint;
      }
      return fits;
    } finally {
      comparing.unlock();
    }
  }
}
