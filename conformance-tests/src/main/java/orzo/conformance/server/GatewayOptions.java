package orzo.conformance.server;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The command-line options of all tools that start a gateway, which is warmed up as an installed
 * one is.
 */
public final class GatewayOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Configuration of the gateway; repeatable.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--distribution",
      description = "Where the gateway's distribution is (the script sets it).")
  private Path distribution = Path.of(System.getProperty(Distribution.PROPERTY, "."));

  /** What {@code --set} says, in its order. */
  public Map<String, String> settings() {
    return settings;
  }

  /**
   * The distribution to start.
   *
   * @throws IllegalStateException if there is none
   */
  public Distribution distribution() {
    return Distribution.find(distribution);
  }

  /**
   * A gateway that does not run yet.
   *
   * @param directory for its data and logs
   * @param defaults configuration that {@code --set} may override
   */
  public GatewayServer gateway(Path directory, Map<String, String> defaults) {
    return gateway(directory, defaults, Map.of());
  }

  /**
   * A gateway that does not run yet, with environment variables of its own.
   *
   * @param directory for its data and logs
   * @param defaults configuration that {@code --set} may override
   */
  public GatewayServer gateway(
      Path directory, Map<String, String> defaults, Map<String, String> environment) {
    Map<String, String> all = new LinkedHashMap<>(defaults);
    all.putAll(settings);
    Distribution warm = distribution();
    warm.warmUp();
    return new GatewayServer(warm, directory, all, environment);
  }
}
