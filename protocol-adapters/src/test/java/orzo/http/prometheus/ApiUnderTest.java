package orzo.http.prometheus;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.TenantHeader;
import orzo.http.operations.OperationsApi;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.remoteread.ReadBounds;
import orzo.remoteread.SeriesInMemory;

/** A listening server with the Prometheus API over {@link Fakes}, and a client for it. */
final class ApiUnderTest implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.250Z");

  final Fakes.Engine engine = new Fakes.Engine();
  final PrometheusRegistry registry = new PrometheusRegistry();
  final Fakes.Removal removal = new Fakes.Removal();
  final SeriesInMemory reader;
  final PrometheusApi api;
  final HttpListener listener;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiUnderTest(QueryLimits limits) {
    this(HttpConfig.of("127.0.0.1", 0), limits);
  }

  ApiUnderTest(HttpConfig config, QueryLimits limits) {
    this(config, limits, ReadBounds.DEFAULT, false);
  }

  ApiUnderTest(HttpConfig config, QueryLimits limits, ReadBounds reads, boolean admin) {
    Tenant other = new Tenant("other");
    Fakes.Lister lister =
        new Fakes.Lister(
            List.of(
                owned(Tenant.DEFAULT, "__name__", "up", "job", "a"),
                owned(Tenant.DEFAULT, "__name__", "up", "job", "b"),
                owned(Tenant.DEFAULT, "__name__", "cpu", "job", "a", "http.status", "200 \"ok\"\n"),
                owned(other, "__name__", "secret", "owner", "x")));
    Fakes.Metadata metadata =
        new Fakes.Metadata(
            List.of(
                new MetricMetadata("cpu", "counter", "Seconds of \"CPU\".", "seconds"),
                new MetricMetadata("up", "gauge", "", "")));
    reader = new SeriesInMemory(Tenant.DEFAULT);
    api =
        new PrometheusApi(
            new ApiBackend(
                engine,
                reader,
                lister,
                new Fakes.Presence(lister),
                new Fakes.Statistics(),
                metadata,
                new Fakes.Exemplars(),
                removal),
            new Fakes.Syntax(),
            new ApiSettings(
                limits,
                reads,
                admin,
                new TenantHeader(TenantHeader.DEFAULT_NAME),
                new BuildInfo("0.1.0", "abc", "2026-01-01"),
                Map.of("query.timeout", "2m", "http.port", "8041"),
                "http.port: 8041  # default\n"),
            registry,
            InstantSource.fixed(NOW));
    OperationsApi operations = new OperationsApi(registry, java.util.Optional::empty, "0.1.0");
    listener = new HttpListener(config, registry, List.of(api::mount, operations::mount));
    listener.start();
  }

  private static Fakes.Lister.Owned owned(Tenant tenant, String... labels) {
    return new Fakes.Lister.Owned(tenant, Labels.of(labels));
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + listener.port() + path);
  }

  /** A GET; spaces, quotes and braces of the path are encoded. */
  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  /** A POST of a form given as alternating names and values. */
  HttpResponse<String> post(String path, String... form) {
    return send(
        request(path, "Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(form)))
            .build());
  }

  static String form(String... namesAndValues) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(URLEncoder.encode(namesAndValues[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  HttpRequest.Builder request(String path, String... headers) {
    String encoded =
        path.replace(" ", "%20")
            .replace("\"", "%22")
            .replace("{", "%7B")
            .replace("}", "%7D")
            .replace("[", "%5B")
            .replace("]", "%5D");
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri(encoded));
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder;
  }

  HttpResponse<String> send(HttpRequest request) {
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    listener.close();
  }
}
