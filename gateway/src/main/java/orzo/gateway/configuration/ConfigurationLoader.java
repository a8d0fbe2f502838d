package orzo.gateway.configuration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts a configuration together: {@code --set} counts before the environment, the environment
 * before the file, the file before the defaults.
 */
public final class ConfigurationLoader {
  /** Variables that the launcher script reads. */
  private static final Set<String> LAUNCHER_VARIABLES = Set.of("ORZO_JAVA_OPTS");

  private final Map<Key<?>, Setting<?>> settings = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigurationLoader() {}

  /**
   * Loads a configuration.
   *
   * @param file the file that {@code --config} names
   * @param assignments what {@code --set} says, each {@code key=value}; of two for one key the last
   *     counts
   * @param environment all variables; those that begin with {@code ORZO_} set keys
   * @throws ConfigurationException with all problems of all sources, values that another source
   *     overrides included
   */
  public static Configuration load(
      Optional<Path> file, List<String> assignments, Map<String, String> environment)
      throws ConfigurationException {
    ConfigurationLoader loader = new ConfigurationLoader();
    for (Key<?> key : Keys.ALL) {
      loader.set(key, key.defaultText(), new Origin.Default());
    }
    file.ifPresent(loader::loadFile);
    loader.loadEnvironment(environment);
    loader.loadAssignments(assignments);
    loader.checkTogether();
    if (!loader.problems.isEmpty()) {
      throw new ConfigurationException(loader.problems);
    }
    return new Configuration(loader.settings);
  }

  private void loadFile(Path path) {
    Map<String, Origin> seen = new HashMap<>();
    for (YamlFile.Entry entry : YamlFile.read(path, problems)) {
      Optional<Key<?>> key = Keys.named(entry.name());
      if (key.isEmpty()) {
        unknown(entry.name(), entry.origin());
        continue;
      }
      Origin earlier = seen.putIfAbsent(entry.name(), entry.origin());
      if (earlier != null) {
        problems.add(
            "%s: given twice, in %s and in %s (allowed: once)"
                .formatted(entry.name(), earlier, entry.origin()));
        continue;
      }
      set(key.get(), entry.text(), entry.origin());
    }
  }

  private void loadEnvironment(Map<String, String> environment) {
    Map<String, Key<?>> keys = new LinkedHashMap<>();
    for (Key<?> key : Keys.ALL) {
      keys.put(key.environmentName(), key);
    }
    boolean kubernetes = environment.containsKey("KUBERNETES_SERVICE_HOST");
    new TreeMap<>(environment)
        .forEach((variable, text) -> {
          if (!variable.startsWith("ORZO_")
              || LAUNCHER_VARIABLES.contains(variable)
              || kubernetes && isServiceLink(variable)) {
            return;
          }
          Key<?> key = keys.get(variable);
          if (key != null) {
            set(key, text, new Origin.Environment(variable));
            return;
          }
          problems.add(
              "%s: unknown environment variable (%s)"
                  .formatted(
                      variable,
                      Suggestion.of(variable, keys.keySet())
                          .map(suggestion -> "did you mean " + suggestion + "?")
                          .orElse("expected: ORZO_ and a key, upper case with underscores")));
        });
  }

  /** Whether Kubernetes sets the variable by itself because a service is named {@code orzo}. */
  private static boolean isServiceLink(String variable) {
    return variable.matches(
        "ORZO_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\\d+_(TCP|UDP)(_.*)?)");
  }

  private void loadAssignments(List<String> assignments) {
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        problems.add("'" + assignment + "' from --set (allowed: key=value)");
        continue;
      }
      String name = assignment.substring(0, equals).strip();
      Origin origin = new Origin.CommandLine();
      Keys.named(name)
          .ifPresentOrElse(
              key -> set(key, assignment.substring(equals + 1).strip(), origin),
              () -> unknown(name, origin));
    }
  }

  private <T> void set(Key<T> key, String text, Origin origin) {
    Optional<T> value = key.type().parse(text);
    if (value.isEmpty()) {
      problems.add(problem(key, text, origin, key.type().allowed()));
      return;
    }
    settings.put(key, new Setting<>(key, value.get(), text, origin));
  }

  private static String problem(Key<?> key, String text, Origin origin, String allowed) {
    return "%s: '%s' from %s (allowed: %s)"
        .formatted(key.name(), key.type().masked(text).replaceAll("\\R", " "), origin, allowed);
  }

  private void unknown(String name, Origin origin) {
    problems.add(
        "%s: unknown key from %s (%s)"
            .formatted(
                name,
                origin,
                Suggestion.of(name, Keys.namesAndSections())
                    .map(suggestion -> "did you mean " + suggestion + "?")
                    .orElse("'orzo config' lists all keys")));
  }

  /** What no key can see alone. */
  private void checkTogether() {
    Configuration configuration = new Configuration(settings);
    Map<Integer, Key<?>> taken = new HashMap<>();
    for (Key<Integer> key : Keys.TCP_PORTS) {
      Setting<Integer> port = configuration.setting(key);
      Key<?> other = port.value() == 0 ? null : taken.putIfAbsent(port.value(), key);
      if (other != null) {
        problems.add(problem(key, port.text(), port.origin(), "another port than " + other.name()));
      }
    }
  }
}
