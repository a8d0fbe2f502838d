package orzo.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  @Test
  void hash_fitsItsPasswordOnly_andIsAnotherEachTime() {
    String hash = Passwords.hash("žluťoučký kůň");

    assertThat(Passwords.isHash(hash)).isTrue();
    assertThat(Passwords.fits("žluťoučký kůň", hash)).isTrue();
    assertThat(Passwords.fits("žluťoučký kůn", hash)).isFalse();
    assertThat(Passwords.hash("žluťoučký kůň")).isNotEqualTo(hash);
  }

  @Test
  void hash_ofNothing_orOfMoreThanCounts_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passwords.hash(""))
        .withMessage("a password of 0 bytes (expected: 1 to 71)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passwords.hash("ä".repeat(36)))
        .withMessage("a password of 72 bytes (expected: 1 to 71)");
    assertThat(Passwords.hash("x".repeat(71))).startsWith("$2a$12$");
  }

  @Test
  void token_isLong_andKeptAsItsHash() {
    String token = Tokens.create(new SecureRandom());

    assertThat(token).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(Tokens.create(new SecureRandom()));
    assertThat(Tokens.isHash(Tokens.hash(token))).isTrue();
    // FIPS 180-2, appendix B.1
    assertThat(Tokens.hash("abc"))
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
