package orzo.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.access.Tokens;
import picocli.CommandLine;

/** The commands that make what a file of users keeps. */
class SecretCommandsTest {
  private final InputStream standardInput = System.in;

  @AfterEach
  void restore() {
    System.setIn(standardInput);
  }

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(String input, String... arguments) {
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new OrzoCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  @Test
  void hashPassword_readsTheFirstLine() {
    Outcome outcome = run("secret\nof no account\n", "hash-password");

    assertThat(outcome.exitCode).isZero();
    assertThat(outcome.out.strip()).matches("\\$2a\\$12\\$[./A-Za-z0-9]{53}");
    assertThat(outcome.err).isEmpty();
  }

  @Test
  void hashPassword_ofNothing_isRefused() {
    Outcome outcome = run("", "hash-password");

    assertThat(outcome.exitCode).isEqualTo(2);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err.strip()).isEqualTo("orzo: a password of 0 bytes (expected: 1 to 71)");
  }

  @Test
  void hashPassword_takesNoPasswordAsAnArgument() {
    Outcome outcome = run("secret\n", "hash-password", "secret");

    assertThat(outcome.exitCode).isEqualTo(2);
    assertThat(outcome.out).isEmpty();
  }

  @Test
  void newToken_showsTheTokenAndItsHash() {
    Outcome outcome = run("", "new-token");

    assertThat(outcome.exitCode).isZero();
    String[] lines = outcome.out.strip().split("\\R", -1);
    assertThat(lines).hasSize(2);
    String token = lines[0].substring("token: ".length());
    assertThat(token).hasSize(43);
    assertThat(lines[1]).isEqualTo("hash:  " + Tokens.hash(token));
  }
}
