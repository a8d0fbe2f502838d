package orzo.gateway;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import orzo.file.InvalidFileException;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;
import orzo.mapping.Mapping;
import orzo.mapping.MappingFile;
import orzo.mapping.RuleSet;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;

/** The mapping rules that are configured. */
final class MappingRules {
  /** How often the file is looked at; a change counts after two looks. */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private MappingRules() {}

  /**
   * Reads the rules, and follows them.
   *
   * @param forget is run when they changed: names that were mapped before are to be asked for again
   * @throws GatewayException {@link Kind#MALFORMED} when there is something wrong with them
   */
  static Mapping start(
      Configuration configuration,
      Started started,
      PrometheusRegistry registry,
      OutageLog outages,
      Runnable forget) {
    boolean collectd = configuration.get(Keys.MAPPING_COLLECTD);
    Optional<Path> path = configuration.get(Keys.MAPPING_FILE);
    if (path.isEmpty()) {
      return collectd ? RuleSet.ofCollectd() : Mapping.NONE;
    }
    MappingFile file;
    try {
      file = started.add("mapping", MappingFile.load(path.get(), collectd));
    } catch (InvalidFileException e) {
      throw new GatewayException(
          Kind.MALFORMED, "mapping.file: " + String.join("\norzo: ", e.problems()), e);
    }
    file.afterChange(forget);
    file.start(INTERVAL, outages);
    register(registry, file);
    return file;
  }

  private static void register(PrometheusRegistry registry, MappingFile file) {
    GaugeWithCallback.builder()
        .name("orzo_mapping_rules")
        .help("Rules of mapping.file that are in force.")
        .callback(gauge -> gauge.call(file.rules().size()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_mapping_loads_total")
        .help("How often rules were read from mapping.file and put in force.")
        .callback(counter -> counter.call(file.loads()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_mapping_load_failures_total")
        .help("How often mapping.file was found changed but faulty, so that the rules stayed.")
        .callback(counter -> counter.call(file.failures()))
        .register(registry);
  }
}
