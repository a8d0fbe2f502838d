package orzo.gateway;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import orzo.access.Passwords;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes what a file of users keeps of a password. */
@Command(
    name = "hash-password",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Show the hash of a password, for the file of users (auth.users-file).",
      "The password is asked for at the terminal, or is the first line of standard input."
    })
final class HashPasswordCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    String password;
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (terminal.isPresent()) {
      password = asked(terminal.get(), "Password: ");
      if (!asked(terminal.get(), "Again: ").equals(password)) {
        return fail("these are two passwords");
      }
    } else {
      password = firstLine();
    }
    try {
      spec.commandLine().getOut().println(Passwords.hash(password));
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      return fail(String.valueOf(e.getMessage()));
    }
  }

  private int fail(String problem) {
    spec.commandLine().getErr().println("orzo: " + problem);
    return ExitCode.USAGE;
  }

  private static String asked(Console console, String prompt) {
    char[] answer = console.readPassword(prompt); // null at the end of the input
    return answer == null ? "" : new String(answer);
  }

  private static String firstLine() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
