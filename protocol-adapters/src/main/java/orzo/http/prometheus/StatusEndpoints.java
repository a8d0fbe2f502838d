package orzo.http.prometheus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import orzo.http.FormParameters;
import orzo.index.SeriesStatistics;
import orzo.metric.MetricMetadata;

/** {@code metadata}, {@code status/…} and {@code notifications}. */
final class StatusEndpoints {
  private static final int MAX_TSDB_LIMIT = 10_000;

  private final ApiBackend backend;
  private final ApiSettings settings;
  private final QueryGate gate;
  private final InstantSource clock;
  private final Instant startTime;

  StatusEndpoints(ApiBackend backend, ApiSettings settings, QueryGate gate, InstantSource clock) {
    this.backend = backend;
    this.settings = settings;
    this.gate = gate;
    this.clock = clock;
    startTime = clock.instant();
  }

  Answer metadata(ApiRequest request) {
    FormParameters parameters = request.parameters();
    long limit = ParameterValues.count(parameters, "limit");
    long limitPerMetric = ParameterValues.count(parameters, "limit_per_metric");
    String metric = parameters.first("metric");
    List<MetricMetadata> all =
        gate.pass(
            "metadata",
            settings.limits().timeout(),
            _ -> backend.metadata().read(request.tenant()));
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
            settings.build().version(),
            "version",
            BuildInfo.PROMETHEUS_VERSION,
            "revision",
            settings.build().revision(),
            "branch",
            "",
            "buildUser",
            "",
            "buildDate",
            settings.build().buildDate(),
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

  Answer configuration(ApiRequest request) {
    return Answer.of(json -> object(json, "yaml", settings.configuration()));
  }

  Answer flags(ApiRequest request) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(settings.flags())
        .forEach((name, value) -> {
          pairs.add(name);
          pairs.add(value);
        });
    return Answer.of(json -> object(json, pairs.toArray(String[]::new)));
  }

  /** What there is of a tenant's series; there is no head whose times and chunks could be told. */
  Answer tsdb(ApiRequest request) {
    int limit = tsdbLimit(request.parameters().first("limit"));
    SeriesStatistics.Statistics found =
        gate.pass(
            "status_tsdb",
            settings.limits().timeout(),
            _ -> backend.statistics().statistics(request.tenant(), limit));
    return Answer.of(json -> {
      json.raw("{\"headStats\":{\"numSeries\":");
      json.integer(found.series());
      json.raw(",\"numLabelPairs\":");
      json.integer(found.labelPairs());
      json.raw(",\"chunkCount\":0,\"minTime\":0,\"maxTime\":0}");
      counts(json, "seriesCountByMetricName", found.seriesByName());
      counts(json, "labelValueCountByLabelName", found.valuesByLabel());
      counts(json, "memoryInBytesByLabelName", found.bytesByLabel());
      counts(json, "seriesCountByLabelValuePair", found.seriesByPair());
      json.raw('}');
    });
  }

  private static int tsdbLimit(String text) {
    if (text.isEmpty()) {
      return 10;
    }
    int limit;
    try {
      limit = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      limit = 0;
    }
    if (limit < 1) {
      throw new ApiException(ApiException.Type.BAD_DATA, "limit must be a positive number");
    }
    if (limit > MAX_TSDB_LIMIT) {
      throw new ApiException(ApiException.Type.BAD_DATA, "limit must not exceed " + MAX_TSDB_LIMIT);
    }
    return limit;
  }

  private static void counts(JsonWriter json, String member, List<SeriesStatistics.Count> counts)
      throws IOException {
    json.raw(",\"" + member + "\":");
    Answer.array(
        json,
        counts,
        (out, count) -> {
          out.raw("{\"name\":");
          out.string(count.name());
          out.raw(",\"value\":");
          out.integer(count.value());
          out.raw('}');
        });
  }

  /** There are no blocks. */
  Answer blocks(ApiRequest request) {
    return Answer.of(json -> json.raw("{\"blocks\":[]}"));
  }

  /** Nothing is replayed before this listens. */
  Answer walReplay(ApiRequest request) {
    return Answer.of(json -> json.raw("{\"min\":0,\"max\":0,\"current\":0}"));
  }

  /** There are none. */
  Answer notifications(ApiRequest request) {
    return Answer.of(json -> json.raw("[]"));
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
