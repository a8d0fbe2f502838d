package orzo.gateway;

import picocli.CommandLine;

/** The program. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new OrzoCommand()).execute(args));
  }
}
