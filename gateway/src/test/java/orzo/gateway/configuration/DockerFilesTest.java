package orzo.gateway.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files in docker/ are well-formed, and fit each other and the gateway's keys. */
class DockerFilesTest {
  private static final Path DOCKER = Path.of("../docker");
  private static final String HTTP = Keys.HTTP_PORT.defaultText();
  private static final String REMOTE_WRITE = Keys.REMOTE_WRITE_PORT.defaultText();
  private static final String CARBON = Keys.CARBON_PORT.defaultText();
  private static final String PICKLE = Keys.CARBON_PICKLE_PORT.defaultText();
  private static final String STATSD = StatsdKeys.PORT.defaultText();

  @Test
  void yamlFiles_all_areMappingsWithoutRepeatedKeys() throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(DOCKER)) {
      files = tree.filter(file -> file.toString().matches(".*\\.ya?ml")).toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    for (Path file : files) {
      assertThat(yaml(file)).as(file.toString()).isInstanceOf(Map.class);
    }
  }

  @Test
  void dockerfile_environment_setsKeysOnly() throws Exception {
    Map<String, String> environment = new HashMap<>();
    Matcher variable =
        Pattern.compile("^ENV (ORZO_\\w+)=(\\S+)$", Pattern.MULTILINE).matcher(dockerfile());
    while (variable.find()) {
      environment.put(variable.group(1), variable.group(2));
    }
    Configuration configuration =
        ConfigurationLoader.load(Optional.empty(), List.of(), environment);
    assertThat(configuration.get(Keys.DATA_DIR)).isEqualTo(Path.of("/var/lib/orzo/data"));
    assertThat(dockerfile()).contains("\nVOLUME /var/lib/orzo\n");
  }

  @Test
  void dockerfile_ports_areTheDefaults() throws IOException {
    assertThat(dockerfile())
        .contains(
            "\nEXPOSE %s %s %s %3$s/udp".formatted(HTTP, REMOTE_WRITE, CARBON),
            " %s %s %2$s/udp\n".formatted(PICKLE, STATSD),
            "http://127.0.0.1:" + HTTP + "/-/healthy");
  }

  @Test
  void dockerfile_runs_asANumberedUserAndReceivesSignals() throws IOException {
    String dockerfile = dockerfile();
    assertThat(dockerfile)
        .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$")
        .contains("\nSTOPSIGNAL SIGTERM\n");
    // The exec form: with the shell form, the shell is process 1 and keeps SIGTERM to itself.
    for (String instruction : List.of("ENTRYPOINT", "CMD")) {
      assertThat(dockerfile).containsPattern("(?m)^" + instruction + " \\[\"");
      assertThat(dockerfile).doesNotContainPattern("(?m)^" + instruction + " [^\\[]");
    }
  }

  @Test
  void dockerfile_sources_exist() throws IOException {
    String dockerfile = dockerfile();
    assertThat(dockerfile).contains("/src/gateway/target/distribution /opt/orzo\n");
    assertThat(Files.readAllLines(DOCKER.resolve("Dockerfile.dockerignore")))
        .doesNotContain("bin", "LICENSE", "gateway", "pom.xml");
  }

  @Test
  void compose_gateway_isConfiguredWithKeysAndReachesRedis() throws Exception {
    Map<?, ?> services = (Map<?, ?>) at(yaml(DOCKER.resolve("compose.yaml")), "services");
    Map<String, String> environment = new HashMap<>();
    ((Map<?, ?>) at(services, "orzo", "environment"))
        .forEach((name, value) -> environment.put(name.toString(), value.toString()));
    Configuration configuration =
        ConfigurationLoader.load(Optional.empty(), List.of(), environment);
    assertThat(configuration.get(Keys.REDIS_URL)).contains("redis://redis:6379");
    assertThat(services.keySet().toString()).contains("redis", "prometheus", "grafana");
    assertThat(at(services, "orzo", "ports").toString())
        .contains(":" + HTTP + ":" + HTTP, ":" + REMOTE_WRITE + ":" + REMOTE_WRITE);
    for (Object service : services.values()) {
      if (((Map<?, ?>) service).get("volumes") instanceof List<?> volumes) {
        for (Object volume : volumes) {
          String source = volume.toString().split(":", 2)[0];
          assertThat(source.startsWith("./") ? Files.exists(DOCKER.resolve(source)) : true)
              .as(source)
              .isTrue();
        }
      }
    }
  }

  @Test
  void prometheus_writesAndScrapes_whereTheGatewayListens() throws IOException {
    Object prometheus = yaml(DOCKER.resolve("prometheus.yml"));
    assertThat(at(prometheus, "remote_write").toString())
        .contains("http://orzo:" + REMOTE_WRITE + "/api/v1/write");
    assertThat(at(prometheus, "scrape_configs").toString()).contains("orzo:" + HTTP);
  }

  @Test
  void grafana_dataSource_asksTheGateway() throws IOException {
    Object sources =
        at(
            yaml(DOCKER.resolve("grafana/provisioning/datasources/datasources.yaml")),
            "datasources");
    List<String> urls = new ArrayList<>();
    for (Object source : (List<?>) sources) {
      urls.add(at(source, "type") + " " + at(source, "url"));
    }
    assertThat(urls).contains("prometheus http://orzo:" + HTTP);
  }

  private static String dockerfile() throws IOException {
    return Files.readString(DOCKER.resolve("Dockerfile"));
  }

  private static Object yaml(Path file) throws IOException {
    return new Load(LoadSettings.builder().setLabel(file.toString()).build())
        .loadFromString(Files.readString(file));
  }

  private static Object at(Object node, String... path) {
    Object current = node;
    for (String name : path) {
      Object next = ((Map<?, ?>) current).get(name);
      assertThat(next).as(name).isNotNull();
      current = Objects.requireNonNull(next);
    }
    return current;
  }
}
