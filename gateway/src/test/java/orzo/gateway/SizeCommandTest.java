package orzo.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SizeCommandTest {
  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome size(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new SizeCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  @Test
  void size_ofOnePolicy_listsWhatItIsMadeOf() {
    Outcome outcome = size("--policy", "standard", "--interval", "15s", "--series", "1000");

    assertThat(outcome.err).isEmpty();
    assertThat(outcome.exitCode).isZero();
    assertThat(outcome.out.lines().map(line -> line.replaceAll("  +", " | ")))
        .satisfiesExactly(
            head ->
                assertThat(head)
                    .isEqualTo(
                        "policy standard | items per series | bytes per series | 1,000 series"),
            raw -> assertThat(raw).matches("raw samples, 2d \\| 12,000 \\| [\\d,]+ \\| .* MiB"),
            fine -> assertThat(fine).startsWith("windows of 5m, 7d | 2,016 | "),
            coarse -> assertThat(coarse).startsWith("windows of 1h, 90d | 2,160 | "),
            catalog -> assertThat(catalog).startsWith("catalog | 1 | "),
            sum -> assertThat(sum).startsWith("together | "));
  }

  @Test
  void size_ofNoPolicyInParticular_hasARowForEach() {
    Outcome outcome = size("--series", "1");

    assertThat(outcome.exitCode).isZero();
    assertThat(outcome.out.lines().skip(2).map(line -> line.split(" \\| ", 2)[0]))
        .containsExactly("| low", "| medium", "| high", "| bool", "| standard", "| raw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--policy=absent | --policy: 'absent' (expected: low, medium, high, bool, standard, raw)",
        "--interval=15 | --interval: '15' (expected: 1ms to 365d, such as 15s)",
        "--interval=0s | --interval: '0s' (expected: 1ms to 365d, such as 15s)",
        "--series=0 | --series: '0' (expected: 1 or more)",
        "--set=a.b=1 | orzo: a.b: unknown key from --set"
      })
  void size_wrongArguments_areNamed(String argument, String message) {
    Outcome outcome = size(argument);

    assertThat(outcome.exitCode).isEqualTo(2);
    assertThat(outcome.err).startsWith(message);
  }
}
