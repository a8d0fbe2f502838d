package orzo.conformance.server;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
    int status;
    try (TemporaryDirectory directory = TemporaryDirectory.of("gateway");
        GatewayServer gateway =
            new GatewayServer(Distribution.fromProperty(), directory.path(), Map.of())) {
      gateway.start();
      List<String> arguments =
          Arrays.stream(command)
              .map(argument -> argument.replace("{url}", gateway.url().toString()))
              .toList();
      status = new ProcessBuilder(arguments).inheritIO().start().waitFor();
    }
    System.exit(status);
  }
}
