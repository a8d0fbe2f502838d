package orzo.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static orzo.remotewrite.WriteRequests.compress;
import static orzo.remotewrite.WriteRequests.request;
import static orzo.remotewrite.WriteRequests.sample;
import static orzo.remotewrite.WriteRequests.series;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orzo.access.Doorkeeper;
import orzo.access.UsersUnderTest;
import orzo.http.HttpConfig;
import orzo.http.HttpListener;
import orzo.http.access.AccessGate;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.SeriesCache;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.remotewrite.oracle.TimeSeries;

/** Who may write, on the listener for remote write and on the one for everything. */
class RemoteWriteAccessTest {
  private static final String TENANT_HEADER = "X-Scope-OrgID";

  private final InMemoryIntake intake = new InMemoryIntake();
  private final RemoteWriteReceiver receiver =
      new RemoteWriteReceiver(
          intake,
          new IntakeCounters(),
          new SeriesCache(1 << 20, 1),
          RemoteWriteLimits.DEFAULT,
          LabelResources.DEFAULT,
          2);
  private final Doorkeeper doorkeeper = UsersUnderTest.doorkeeper();
  private final RemoteWriteListener own =
      new RemoteWriteListener("127.0.0.1", 0, 1, TENANT_HEADER, doorkeeper, receiver);
  private final HttpListener shared =
      new HttpListener(
          HttpConfig.of("127.0.0.1", 0),
          new PrometheusRegistry(),
          List.of(
              new AccessGate(doorkeeper, TENANT_HEADER)::mount,
              new RemoteWriteRoute(receiver, TENANT_HEADER)::mount));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  enum FrontEnd {
    OWN,
    SHARED
  }

  @BeforeEach
  void start() throws Exception {
    own.start();
    shared.start();
  }

  @AfterEach
  void stop() {
    client.close();
    own.close();
    shared.close();
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> write(FrontEnd frontEnd, byte[] body, String... headers)
      throws Exception {
    int port =
        switch (frontEnd) {
          case OWN -> own.port();
          case SHARED -> shared.port();
        };
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/write"))
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.ofByteArray(body))
            .header("Content-Type", "application/x-protobuf");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static byte[] up() {
    return compress(request(series("__name__", "up").addSamples(sample(1, 2))));
  }

  @ParameterizedTest
  @EnumSource
  void write_byWhoeverItIs_isRefused(FrontEnd frontEnd) throws Exception {
    HttpResponse<String> refused = write(frontEnd, up());
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactlyElementsOf(Doorkeeper.CHALLENGES);

    assertThat(write(frontEnd, up(), "Authorization", basic("alice:wrong")).statusCode())
        .isEqualTo(401);
    assertThat(write(frontEnd, up(), "Authorization", "Bearer another").statusCode())
        .isEqualTo(401);
    assertThat(intake.samples(Tenant.DEFAULT)).isEmpty();
    assertThat(intake.samples(new Tenant("team-a"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void write_byAUser_isStoredForTheUsersTenant(FrontEnd frontEnd) throws Exception {
    assertThat(write(frontEnd, up(), "Authorization", basic("alice:alice-secret")).statusCode())
        .isIn(202, 204);
    assertThat(intake.samples(new Tenant("team-a")))
        .isEqualTo(Map.of(Labels.of("__name__", "up"), List.of(Sample.of(1, 2))));
    assertThat(intake.samples(Tenant.DEFAULT)).isEmpty();

    HttpResponse<String> named =
        write(frontEnd, up(), "Authorization", "Bearer the-token", TENANT_HEADER, "default");
    assertThat(named.statusCode()).isIn(202, 204);
    assertThat(intake.samples(Tenant.DEFAULT)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void write_toATenantThatIsNotTheUsers_isRefused(FrontEnd frontEnd) throws Exception {
    HttpResponse<String> refused =
        write(frontEnd, up(), "X-Auth-Token", "the-token", TENANT_HEADER, "team-b");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("X-Scope-OrgID", "not of this user");
    assertThat(intake.samples(new Tenant("team-b"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void body_thatComesWhileThePasswordIsLookedAt_isNotLost(FrontEnd frontEnd) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    TimeSeries.Builder[] many = new TimeSeries.Builder[5_000];
    for (int i = 0; i < many.length; i++) {
      String noise = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
      many[i] = series("__name__", "m", "noise", noise).addSamples(sample(1, i));
    }
    byte[] body = compress(request(many));
    assertThat(body.length).as("more than the kernel hands over at once").isGreaterThan(150_000);

    assertThat(write(frontEnd, body, "Authorization", basic("alice:alice-secret")).statusCode())
        .isIn(202, 204);

    assertThat(intake.samples(new Tenant("team-a"))).hasSize(many.length);
    assertThat(doorkeeper.compared()).isEqualTo(1);
  }
}
