package orzo.conformance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs a command while a gateway runs, and ends with the command's status. {@code {url}} in the
 * command's arguments becomes the gateway's URL.
 */
public final class WithGateway {
  private WithGateway() {}

  /** Starts the gateway on an empty directory, runs the command, and stops the gateway. */
  public static void main(String[] command) throws IOException, InterruptedException {
    if (command.length == 0) {
      System.err.println("usage: WithGateway COMMAND [ARGUMENT|{url}]...");
      System.exit(2);
    }
    Path directory = Files.createTempDirectory("orzo-gateway-");
    int status;
    try (GatewayServer gateway =
        new GatewayServer(Distribution.fromProperty(), directory, Map.of())) {
      gateway.start();
      List<String> arguments =
          Arrays.stream(command)
              .map(argument -> argument.replace("{url}", gateway.url().toString()))
              .toList();
      status = new ProcessBuilder(arguments).inheritIO().start().waitFor();
    } finally {
      delete(directory);
    }
    System.exit(status);
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
