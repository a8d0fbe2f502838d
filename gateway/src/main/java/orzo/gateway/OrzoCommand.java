package orzo.gateway;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: what each command does is said in its own class. */
@Command(
    name = "orzo",
    description = "Metrics gateway: Prometheus pushes, Redis keeps, PromQL answers.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      ServeCommand.class,
      ConfigCommand.class,
      MapCommand.class,
      SizeCommand.class,
      HashPasswordCommand.class,
      NewTokenCommand.class,
      VersionCommand.class,
      WarmupCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the gateway could not start, or stopped because of a failure",
      "2:wrong arguments or a wrong configuration",
      "143:stopped by SIGTERM, everything acknowledged is stored (130: by SIGINT)"
    })
final class OrzoCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
