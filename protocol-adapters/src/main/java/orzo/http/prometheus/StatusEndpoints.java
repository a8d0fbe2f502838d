package orzo.http.prometheus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orzo.http.FormParameters;
import orzo.metric.MetricMetadata;
import orzo.storage.MetadataStore;

/**
 * {@code metadata}, {@code status/…}, and what has no content here but is asked for by Grafana:
 * {@code rules} and {@code alerts}.
 */
final class StatusEndpoints {
  private final MetadataStore metadata;
  private final QueryLimits limits;
  private final QueryGate gate;
  private final BuildInfo build;
  private final InstantSource clock;
  private final Instant startTime;

  StatusEndpoints(
      MetadataStore metadata,
      QueryLimits limits,
      QueryGate gate,
      BuildInfo build,
      InstantSource clock) {
    this.metadata = metadata;
    this.limits = limits;
    this.gate = gate;
    this.build = build;
    this.clock = clock;
    startTime = clock.instant();
  }

  Answer metadata(ApiRequest request) {
    FormParameters parameters = request.parameters();
    long limit = ParameterValues.count(parameters, "limit");
    long limitPerMetric = ParameterValues.count(parameters, "limit_per_metric");
    String metric = parameters.first("metric");
    List<MetricMetadata> all =
        gate.pass("metadata", limits.timeout(), _ -> metadata.read(request.tenant()));
    List<List<MetricMetadata>> families = new ArrayList<>();
    for (MetricMetadata one : all) {
      boolean sameFamily =
          !families.isEmpty() && families.getLast().getFirst().name().equals(one.name());
      if (!metric.isEmpty() && !metric.equals(one.name())) {
        continue;
      }
      if (!sameFamily) {
        if (limit >= 0 && families.size() >= limit) {
          break;
        }
        families.add(new ArrayList<>(List.of(one)));
      } else if (limitPerMetric <= 0 || families.getLast().size() < limitPerMetric) {
        families.getLast().add(one);
      }
    }
    return Answer.of(json -> families(json, families));
  }

  private static void families(JsonWriter json, List<List<MetricMetadata>> families)
      throws IOException {
    json.raw('{');
    boolean first = true;
    for (List<MetricMetadata> family : families) {
      if (!first) {
        json.raw(',');
      }
      first = false;
      json.string(family.getFirst().name());
      json.raw(':');
      Answer.array(
          json,
          family,
          (_, one) -> object(json, "type", one.type(), "help", one.help(), "unit", one.unit()));
    }
    json.raw('}');
  }

  Answer buildInfo(ApiRequest request) {
    return Answer.of(json ->
        object(
            json,
            "application",
            BuildInfo.APPLICATION,
            "applicationVersion",
            build.version(),
            "version",
            BuildInfo.PROMETHEUS_VERSION,
            "revision",
            build.revision(),
            "branch",
            "",
            "buildUser",
            "",
            "buildDate",
            build.buildDate(),
            "goVersion",
            ""));
  }

  /** What of Prometheus's list has a meaning in a JVM; the members are all there. */
  Answer runtimeInfo(ApiRequest request) {
    return Answer.of(json -> {
      json.raw("{\"startTime\":");
      json.string(startTime.toString());
      json.raw(",\"CWD\":");
      json.string(Path.of("").toAbsolutePath().toString());
      json.raw(",\"hostname\":");
      json.string(hostName());
      json.raw(",\"serverTime\":");
      json.string(clock.instant().toString());
      json.raw(",\"reloadConfigSuccess\":true,\"lastConfigTime\":");
      json.string(startTime.toString());
      json.raw(",\"corruptionCount\":0,\"goroutineCount\":");
      json.integer(Thread.activeCount());
      json.raw(",\"GOMAXPROCS\":");
      json.integer(Runtime.getRuntime().availableProcessors());
      json.raw(",\"GOMEMLIMIT\":");
      json.integer(Runtime.getRuntime().maxMemory());
      json.raw(",\"GOGC\":\"\",\"GODEBUG\":\"\",\"storageRetention\":\"\"}");
    });
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  Answer rules(ApiRequest request) {
    String type = request.parameters().first("type").toLowerCase(Locale.ROOT);
    if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
      throw ApiException.invalidParameter("type", "not supported value " + GoQuote.quote(type));
    }
    return Answer.of(json -> json.raw("{\"groups\":[]}"));
  }

  Answer alerts(ApiRequest request) {
    return Answer.of(json -> json.raw("{\"alerts\":[]}"));
  }

  private static void object(JsonWriter json, String... namesAndValues) throws IOException {
    json.raw('{');
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (i > 0) {
        json.raw(',');
      }
      json.string(namesAndValues[i]);
      json.raw(':');
      json.string(namesAndValues[i + 1]);
    }
    json.raw('}');
  }
}
