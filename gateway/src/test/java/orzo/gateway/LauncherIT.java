package orzo.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/orzo} of the distribution that this build made, as a user runs it. */
class LauncherIT {
  private static final Path DISTRIBUTION = Path.of("target/distribution").toAbsolutePath();

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir private Path directory = Path.of(".");

  @Test
  void version_ofTheDistribution_namesOrzoAndJava() throws Exception {
    Outcome outcome = run(DISTRIBUTION.resolve("bin/orzo"), Map.of(), "version");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).matches("(?s)orzo \\d+\\.\\d+\\.\\d+\\S*\nJava \\d+.*\n");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void script_byLinkFromElsewhereWithBlanksInPaths_starts() throws Exception {
    Path copy = directory.resolve("a place with blanks");
    copy(DISTRIBUTION, copy);
    Path link = Files.createSymbolicLink(directory.resolve("my orzo"), copy.resolve("bin/orzo"));
    Path second =
        Files.createSymbolicLink(
            Files.createDirectory(directory.resolve("x")).resolve("o"), Path.of("../my orzo"));
    for (Path script : List.of(link, second)) {
      Outcome outcome = run(script, Map.of(), "config", "--set", "data.dir=a b");
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).containsPattern("(?m)^data.dir: \"a b\" +# --set$");
      assertThat(outcome.exitCode()).isZero();
    }
  }

  @Test
  void config_wrongInSeveralPlaces_listsAllOnStandardErrorAndExitsWith2() throws Exception {
    Path file = Files.writeString(directory.resolve("orzo.yaml"), "http:\n  port: high\n");
    Outcome outcome =
        run(
            DISTRIBUTION.resolve("bin/orzo"),
            Map.of("ORZO_DATA_DIRS", "x"),
            "serve",
            "--config",
            file.toString(),
            "--set",
            "engine.sack=1");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines())
        .containsExactly(
            "orzo: http.port: 'high' from "
                + file
                + " line 2 column 9 (allowed: a port, 1 to 65535)",
            "orzo: ORZO_DATA_DIRS: unknown environment variable (did you mean ORZO_DATA_DIR?)",
            "orzo: engine.sack: unknown key from --set (did you mean engine.sacks?)");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void config_ofTheExampleFile_isAllDefaults() throws Exception {
    Outcome outcome =
        run(
            DISTRIBUTION.resolve("bin/orzo"),
            Map.of(),
            "config",
            "--config",
            DISTRIBUTION.resolve("orzo.yaml").toString());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out().lines()).isNotEmpty().allMatch(line -> line.endsWith(" # default"));
  }

  @Test
  void noCommand_showsTheUsageAndExitsWith2() throws Exception {
    Outcome outcome = run(DISTRIBUTION.resolve("bin/orzo"), Map.of());
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("a command is missing\n").contains("serve", "config");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void options_forJava_areGivenToIt() throws Exception {
    Outcome outcome =
        run(
            DISTRIBUTION.resolve("bin/orzo"),
            Map.of("ORZO_JAVA_OPTS", "-XX:+UseSerialGC -Xlog:gc:stdout"),
            "version");
    assertThat(outcome.out()).contains("Using Serial", "orzo ");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void warmup_onceMade_isTakenAndNotMissedInACopy() throws Exception {
    Path copy = directory.resolve("copy");
    copy(DISTRIBUTION, copy);
    assertThat(run(copy.resolve("bin/orzo"), Map.of(), "warmup")).isEqualTo(new Outcome(0, "", ""));
    // With AOTMode=on, Java says so when it takes no cache.
    Map<String, String> strict = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    Outcome warmed = run(copy.resolve("bin/orzo"), strict, "version");
    assertThat(warmed.out()).startsWith("orzo ");
    assertThat(warmed.err()).startsWith("NOTE: Picked up").doesNotContain("[aot]");
    assertThat(run(DISTRIBUTION.resolve("bin/orzo"), strict, "version").err()).contains("[aot]");
    assertThat(warmed.exitCode()).isZero();
    Path second = directory.resolve("second copy");
    copy(copy, second);
    Outcome moved = run(second.resolve("bin/orzo"), Map.of(), "version");
    assertThat(moved.err()).isEmpty();
    assertThat(moved.exitCode()).isZero();
  }

  @Test
  void java_tooOldEverywhere_isSaidPlainly() throws Exception {
    Path old = Files.createDirectory(directory.resolve("jdk-17"));
    Files.createDirectory(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\nexit 3\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    // Without the machine's own Javas: the script as it is, but for where it looks by itself.
    Path bin = Files.createDirectories(directory.resolve("orzo/bin"));
    Files.createDirectories(directory.resolve("orzo/lib"));
    String script =
        Files.readString(DISTRIBUTION.resolve("bin/orzo"))
            .replace("/usr/lib/jvm/*", "/nonexistent/*")
            .replace("/opt/* /opt/*/*", "")
            .replace("/usr/libexec/java_home", "/nonexistent/java_home")
            .replace("on_path=$(command -v java || true)", "on_path=");
    Path changed = Files.writeString(bin.resolve("orzo"), script);
    assertThat(changed.toFile().setExecutable(true)).isTrue();
    Outcome outcome =
        run(
            changed,
            Map.of("JAVA_HOME", old.toString(), "JAVA25_HOME", "", "HOME", directory.toString()),
            "version");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("orzo: no Java 25 or newer found. Looked at JAVA_HOME,")
        .contains("orzo:   " + old + " (version 17)")
        .endsWith("orzo: Install a JDK 25, or set JAVA_HOME to the directory of one.\n");
    assertThat(outcome.exitCode()).isEqualTo(1);
  }

  private Outcome run(Path script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ORZO_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Path err = directory.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    try (InputStream stream = process.getInputStream()) {
      String out = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended: %s", command).isTrue();
      return new Outcome(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
