package orzo.gateway.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationLoaderTest {
  @TempDir private Path directory = Path.of(".");

  @Test
  void load_nothingSet_isAllDefaults() throws ConfigurationException {
    Configuration configuration = set();
    assertThat(configuration.get(Keys.HTTP_PORT)).isEqualTo(8041);
    assertThat(configuration.get(Keys.REMOTE_WRITE_PORT)).isEqualTo(19291);
    assertThat(configuration.get(Keys.REDIS_URL)).isEmpty();
    assertThat(configuration.get(Keys.TENANCY_HEADER)).isEqualTo("X-Scope-OrgID");
    assertThat(configuration.get(Keys.ENGINE_FLUSH_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
    for (Key<?> key : Keys.ALL) {
      assertThat(configuration.setting(key).origin()).isEqualTo(new Origin.Default());
    }
  }

  @Test
  void load_fromEverySource_takesTheStrongest() throws Exception {
    Path file =
        write(
            """
            http:
              host: 127.0.0.1
              port: 1001
            query.timeout: 10s
            query.max-samples: 1001
            """);
    Configuration configuration =
        ConfigurationLoader.load(
            Optional.of(file),
            List.of("http.port=1003", "http.port=1004"),
            Map.of("ORZO_HTTP_PORT", "1002", "ORZO_QUERY_MAX_SAMPLES", "1002", "PATH", "/bin"));
    assertThat(configuration.get(Keys.HTTP_PORT)).isEqualTo(1004);
    assertThat(configuration.setting(Keys.HTTP_PORT).origin()).isEqualTo(new Origin.CommandLine());
    assertThat(configuration.get(Keys.QUERY_MAX_SAMPLES)).isEqualTo(1002);
    assertThat(configuration.setting(Keys.QUERY_MAX_SAMPLES).origin())
        .isEqualTo(new Origin.Environment("ORZO_QUERY_MAX_SAMPLES"));
    assertThat(configuration.get(Keys.HTTP_HOST)).isEqualTo("127.0.0.1");
    assertThat(configuration.setting(Keys.HTTP_HOST).origin())
        .isEqualTo(new Origin.File(file, 2, 9));
    assertThat(configuration.get(Keys.QUERY_TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void load_manyProblems_reportsAllAtOnceOneLineEach() throws IOException {
    Path file =
        write(
            """
            http:
              prot: 8041
              port: 65536
            htpp:
              port: 1
            engine.flush-interval: 1
            redis.url: redis://user:geheim@
            """);
    ConfigurationException e =
        failure(
            Optional.of(file),
            List.of("engine.sacks=many", "nonsense", "log.level=loud"),
            Map.of("ORZO_HTTP_PORTS", "1", "ORZO_WHATEVER_ELSE", "1", "ORZO_DATA_DIR", ""));
    assertThat(e.problems())
        .containsExactly(
            "http.prot: unknown key from " + file + " line 2 column 3 (did you mean http.port?)",
            "http.port: '65536' from " + file + " line 3 column 9 (allowed: a port, 1 to 65535)",
            "htpp: unknown key from " + file + " line 4 column 1 (did you mean http?)",
            "engine.flush-interval: '1' from "
                + file
                + " line 6 column 24"
                + " (allowed: a duration with its unit (ms, s, m, h, d), 50ms to 1m)",
            "redis.url: 'redis://user:***@' from "
                + file
                + " line 7 column 12 (allowed: redis://HOST:PORT, rediss://…,"
                + " unix:///SOCKET, redis-sentinel://…, redis-cluster://…, or nothing for the embedded server)",
            "data.dir: '' from environment variable ORZO_DATA_DIR (allowed: a directory)",
            "ORZO_HTTP_PORTS: unknown environment variable (did you mean ORZO_HTTP_PORT?)",
            "ORZO_WHATEVER_ELSE: unknown environment variable"
                + " (expected: ORZO_ and a key, upper case with underscores)",
            "engine.sacks: 'many' from --set (allowed: a whole number, 1 to 4096)",
            "'nonsense' from --set (allowed: key=value)",
            "log.level: 'loud' from --set (allowed: error, warn, info, debug, trace)");
  }

  @Test
  void load_twoListenersOnOnePort_isAProblem() {
    assertThat(failure("remote-write.port=8041").problems())
        .containsExactly(
            "remote-write.port: '8041' from --set (allowed: another port than http.port)");
    assertThat(failure("carbon.port=2004").problems())
        .containsExactly(
            "carbon.pickle-port: '2004' from default (allowed: another port than carbon.port)");
  }

  @Test
  void load_listenerSwitchedOff_isAllowedForAllButHttp() throws ConfigurationException {
    assertThat(set("remote-write.port=0").get(Keys.REMOTE_WRITE_PORT)).isZero();
    assertThat(set("carbon.port=0", "carbon.pickle-port=0").get(Keys.CARBON_PORT)).isZero();
    assertThat(failure("http.port=0").problems())
        .containsExactly("http.port: '0' from --set (allowed: a port, 1 to 65535)");
  }

  @Test
  void load_keyOfALaterVersion_isUnknown() {
    assertThat(failure("gnocchi.page-size=1000").problems())
        .containsExactly(
            "gnocchi.page-size: unknown key from --set ('orzo config' lists all keys)");
  }

  @Test
  void load_lastPartOfAName_isSuggestedWhole() {
    assertThat(failure("lookback-delta=1m").problems())
        .containsExactly(
            "lookback-delta: unknown key from --set (did you mean query.lookback-delta?)");
  }

  @Test
  void load_kubernetesServiceLinks_areNotOurs() throws ConfigurationException {
    Map<String, String> links =
        Map.of(
            "KUBERNETES_SERVICE_HOST", "10.0.0.1",
            "ORZO_SERVICE_HOST", "10.0.0.2",
            "ORZO_SERVICE_PORT_HTTP", "8041",
            "ORZO_PORT", "tcp://10.0.0.2:8041",
            "ORZO_PORT_8041_TCP_ADDR", "10.0.0.2");
    assertThat(ConfigurationLoader.load(Optional.empty(), List.of(), links)).isNotNull();
    assertThat(failure(Optional.empty(), List.of(), Map.of("ORZO_PORT", "1")).problems())
        .containsExactly(
            "ORZO_PORT: unknown environment variable"
                + " (expected: ORZO_ and a key, upper case with underscores)");
  }

  @Test
  void load_variableOfTheLauncher_isNotAKey() throws ConfigurationException {
    assertThat(
            ConfigurationLoader.load(
                Optional.empty(), List.of(), Map.of("ORZO_JAVA_OPTS", "-Xmx1g")))
        .isNotNull();
  }

  @Test
  void load_listInFile_isTheSameAsCommas() throws Exception {
    Path file =
        write(
            """
            http:
              cors:
                allowed-origins:
                  - https://grafana.example.org
                  - "http://localhost:3000"
            """);
    Configuration configuration = ConfigurationLoader.load(Optional.of(file), List.of(), Map.of());
    assertThat(configuration.get(Keys.HTTP_CORS_ALLOWED_ORIGINS))
        .containsExactly("https://grafana.example.org", "http://localhost:3000")
        .isEqualTo(
            set("http.cors.allowed-origins=https://grafana.example.org, http://localhost:3000")
                .get(Keys.HTTP_CORS_ALLOWED_ORIGINS));
  }

  @Test
  void load_emptyFileOrSection_setsNothing() throws Exception {
    for (String text : List.of("", "# only a comment\n", "http:\nengine: {}\n", "---\n")) {
      Configuration configuration =
          ConfigurationLoader.load(Optional.of(write(text)), List.of(), Map.of());
      assertThat(configuration.setting(Keys.HTTP_PORT).origin()).isEqualTo(new Origin.Default());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http: [1]|http: a list in FILE line 1 column 7 (allowed: a mapping of keys to values)",
        "- a|the file: a list in FILE line 1 column 1 (allowed: a mapping of keys to values)",
        "http.port: {a: 1}|http.port: a mapping in FILE line 1 column 12 (allowed: a plain value)",
        "[1]: 2|a list in FILE line 1 column 1 (allowed: the name of a key)",
        "a: b: c|FILE line 1 column 5: not YAML: mapping values are not allowed here",
        "'a: \"'|FILE line 1 column 5: not YAML: found unexpected end of stream",
        "http.cors.allowed-origins: [[]]|http.cors.allowed-origins: a list in FILE line 1 column 29"
            + " (allowed: a list of plain values)",
        "http: &a {http: *a}|http.http: unknown key from FILE line 1 column 11"
            + " (did you mean http.host?)",
      })
  void load_fileOfAnotherShape_saysWhere(String text, String problem) throws IOException {
    Path file = write(text);
    assertThat(failure(Optional.of(file), List.of(), Map.of()).problems())
        .containsExactly(problem.replace("FILE", file.toString()));
  }

  @Test
  void load_keyNestedAndDotted_isGivenTwice() throws IOException {
    Path file = write("http:\n  port: 1\nhttp.port: 2\n");
    assertThat(failure(Optional.of(file), List.of(), Map.of()).problems())
        .containsExactly(
            "http.port: given twice, in %s line 2 column 9 and in %s line 3 column 12 (allowed: once)"
                .formatted(file, file));
  }

  @Test
  void load_fileThatIsNotThere_saysSo() {
    Path file = directory.resolve("none.yaml");
    assertThat(failure(Optional.of(file), List.of(), Map.of()).problems())
        .containsExactly(file + ": there is no such file (allowed: a readable YAML file)");
  }

  @Test
  void describe_loadedAgain_isTheSame() throws Exception {
    Configuration configuration =
        set(
            "http.cors.allowed-origins=*",
            "http.host=::1",
            "data.dir=/a dir/\"x\"",
            "redis.url=redis-sentinel://a:1,b:2/0#main",
            "engine.flush-interval=1m");
    Path file = write(String.join("\n", configuration.describe()));
    Configuration again = ConfigurationLoader.load(Optional.of(file), List.of(), Map.of());
    for (Key<?> key : Keys.ALL) {
      assertThat(again.get(key)).as(key.name()).isEqualTo(configuration.get(key));
    }
  }

  @Test
  void describe_secret_isMasked() throws ConfigurationException {
    assertThat(set("redis.url=rediss://me:s3cr@t@db.example.org:6380/1").describe())
        .anyMatch(line -> line.contains("rediss://me:***@db.example.org:6380/1"))
        .noneMatch(line -> line.contains("s3cr"));
  }

  @Test
  void environmentNames_ofAllKeys_differ() {
    Set<String> names = new HashSet<>();
    for (Key<?> key : Keys.ALL) {
      assertThat(names.add(key.environmentName())).as(key.environmentName()).isTrue();
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "orzo", ".yaml"), text);
  }

  private static Configuration set(String... assignments) throws ConfigurationException {
    return ConfigurationLoader.load(Optional.empty(), List.of(assignments), Map.of());
  }

  private static ConfigurationException failure(String... assignments) {
    return failure(Optional.empty(), List.of(assignments), Map.of());
  }

  private static ConfigurationException failure(
      Optional<Path> file, List<String> assignments, Map<String, String> environment) {
    return catchThrowableOfType(
        ConfigurationException.class,
        () -> ConfigurationLoader.load(file, assignments, environment));
  }
}
