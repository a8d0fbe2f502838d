package orzo.gateway;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.ConfigurationException;
import orzo.gateway.configuration.ConfigurationLoader;
import picocli.CommandLine.Option;

/** The options of every command that needs a configuration. */
final class ConfigurationOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "A YAML file of keys and values.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key; counts before ORZO_KEY in the environment and before FILE.")
  private List<String> assignments = new ArrayList<>();

  /** Loads the configuration, or prints all that is wrong with it, one line each. */
  Optional<Configuration> load(Map<String, String> environment, PrintWriter errors) {
    try {
      return Optional.of(
          ConfigurationLoader.load(Optional.ofNullable(file), assignments, environment));
    } catch (ConfigurationException e) {
      for (String problem : e.problems()) {
        errors.println("orzo: " + problem);
      }
      return Optional.empty();
    }
  }
}
