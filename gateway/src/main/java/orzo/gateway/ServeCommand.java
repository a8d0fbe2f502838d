package orzo.gateway;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;
import orzo.storage.GatewayException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the gateway until it is stopped by a signal. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Run the gateway until SIGTERM or SIGINT.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  /** How long a stop may take before the process ends all the same. */
  private static final Duration STOP_LIMIT = Duration.ofMillis(4_500);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter errors = spec.commandLine().getErr();
    Optional<Configuration> configuration = options.load(System.getenv(), errors);
    if (configuration.isEmpty()) {
      return ExitCode.USAGE;
    }
    Logging.setLevel(configuration.get().get(Keys.LOG_LEVEL));
    Gateway gateway = new Gateway(configuration.get());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "stop"));
    try {
      URI address = gateway.start();
      PrintWriter out = spec.commandLine().getOut();
      out.println("orzo: ready on " + address);
      out.flush();
    } catch (GatewayException e) {
      errors.println("orzo: " + e.getMessage());
      LOG.debug("start failed", e);
      return ExitCode.SOFTWARE;
    }
    new CountDownLatch(1).await(); // a signal ends the process, by way of the hook
    return ExitCode.OK;
  }

  /** Closes the gateway. What is not closed in time is left to the next start. */
  private static void stop(Gateway gateway) {
    Thread closer = Thread.ofPlatform().daemon().name("close").start(gateway::close);
    try {
      if (closer.join(STOP_LIMIT)) {
        return;
      }
      LOG.error(
          "not stopped within {} ms; acknowledged samples are in the backlog and are processed"
              + " after the next start",
          STOP_LIMIT.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.SOFTWARE);
  }
}
