package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orzo.conformance.prometheus.Json;
import orzo.conformance.server.ServerProcess;

/** Debian's {@code gnocchi}, the command of Gnocchi's own client: a process for each call. */
final class GnocchiCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final List<String> start = new ArrayList<>();

  /**
   * Prepares calls.
   *
   * @param directory where it runs and prints to
   * @param identity options that say who calls what server
   * @throws IllegalStateException if the command is not installed
   */
  GnocchiCommand(Path directory, String... identity) {
    this.directory = directory;
    start.add(ServerProcess.program("gnocchi", "python3-gnocchiclient").toString());
    start.addAll(List.of(identity));
  }

  /** Calls it, and returns what it printed as JSON; anything but success is a failure. */
  Json json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-f", "json"));
    return Json.parse(call(0, all).out);
  }

  /** Calls it for its effect: it must succeed, and print nothing. */
  void run(String... arguments) {
    assertThat(call(0, List.of(arguments)).out).as(String.join(" ", arguments)).isEmpty();
  }

  /** Calls it with what must be refused, and returns what it printed of that. */
  String refused(String... arguments) {
    return call(1, List.of(arguments)).err;
  }

  private record Printed(String out, String err) {}

  private Printed call(int status, List<String> arguments) {
    List<String> command = new ArrayList<>(start);
    command.addAll(arguments);
    // Times without a zone are local ones to this client.
    try (ServerProcess client =
        ServerProcess.start("gnocchi", command, Map.of("TZ", "UTC"), directory)) {
      assertThat(client.awaitExit(PATIENCE))
          .as("%s%s", String.join(" ", arguments), client.printed())
          .isEqualTo(status);
      return new Printed(
          client.outLines().stream().collect(Collectors.joining("\n")),
          client.errLines().stream().collect(Collectors.joining("\n")));
    }
  }
}
