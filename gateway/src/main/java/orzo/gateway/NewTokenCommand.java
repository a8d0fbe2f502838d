package orzo.gateway;

import java.io.PrintWriter;
import java.security.SecureRandom;
import orzo.access.Tokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes a token, and what a file of users keeps of it. */
@Command(
    name = "new-token",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show a new token, and its hash for the file of users (auth.users-file).")
final class NewTokenCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String token = Tokens.create(new SecureRandom());
    PrintWriter out = spec.commandLine().getOut();
    out.println("token: " + token);
    out.println("hash:  " + Tokens.hash(token));
  }
}
