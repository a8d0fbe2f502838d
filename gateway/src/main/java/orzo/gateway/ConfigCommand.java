package orzo.gateway;

import java.util.Optional;
import java.util.concurrent.Callable;
import orzo.gateway.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the configuration that {@code serve} would use. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show the effective configuration, and where each value comes from.")
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Override
  public Integer call() {
    Optional<Configuration> configuration =
        options.load(System.getenv(), spec.commandLine().getErr());
    configuration.ifPresent(
        loaded -> loaded.describe().forEach(spec.commandLine().getOut()::println));
    return configuration.isPresent() ? ExitCode.OK : ExitCode.USAGE;
  }
}
