package orzo.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MapCommandTest {
  @TempDir Path directory;

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome map(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new MapCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("rules.yaml"), text);
  }

  @Test
  void map_byARule_showsTheSeriesAndTheRule() throws IOException {
    Path file =
        file(
            """
            mappings:
              - match: servers.*.cpu.*
                name: cpu_percent
                labels: {host: $1, mode: $2}
                resource: {type: host, id: $1}
                archive_policy: low
              - {match: servers.*.debug, action: drop}
            """);

    assertThat(
            map(
                "--file",
                file.toString(),
                "servers.web01.cpu.user;rack=r1",
                "servers.web01.debug",
                "other"))
        .isEqualTo(
            new Outcome(
                0,
                """
                path            servers.web01.cpu.user;rack=r1
                rule            F, rule 1 (line 2): servers.*.cpu.*
                name            cpu_percent
                labels          host="web01", mode="user", rack="r1"
                resource        host web01
                archive policy  low

                path            servers.web01.debug
                rule            F, rule 2 (line 7): servers.*.debug
                refused         dropped_by_rule: path 'servers.web01.debug': dropped by F, rule 2 \
                (line 7)

                path            other
                rule            none
                name            other
                labels          none
                resource        none
                archive policy  by the rules of archive policies
                """
                    .replace("F", file.toString()),
                ""));
  }

  @Test
  void map_withoutAFile_knowsCollectd_unlessSwitchedOff() {
    assertThat(map("web01.load.load.midterm").out)
        .contains("built-in rules for collectd")
        .contains("collectd_host web01");
    assertThat(map("--set", "mapping.collectd=false", "web01.load.load.midterm").out)
        .contains("rule            none");
  }

  @Test
  void map_withAFaultyFile_saysWhatIsWrong() throws IOException {
    Path file = file("mappings: [{match: a}]");

    assertThat(map("--set", "mapping.file=" + file, "a"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "orzo: "
                    + file
                    + ", rule 1 (line 1): name: not there (allowed: a metric name, or instead of"
                    + " it a template)\n"));
  }

  @Test
  void map_wrongArguments_areNamed() {
    assertThat(map("--type", "set", "a").err)
        .startsWith("--type: 'set' (expected: gauge, counter, observer)");
    assertThat(map("a;b").err).startsWith("tag 'b' of a;b (expected: tag=value)");
    assertThat(map().exitCode).isEqualTo(2);
  }
}
