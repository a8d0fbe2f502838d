package orzo.gateway;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.access.Doorkeeper;
import orzo.access.UserFile;
import orzo.access.Users;
import orzo.file.FollowedFile;
import orzo.file.InvalidFileException;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;
import orzo.http.access.AccessGate;
import orzo.http.access.Authentication;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;

/**
 * Who may send requests.
 *
 * @param doorkeeper tells who sends one
 * @param authentication tells the Gnocchi API so
 * @param gate guards the HTTP listener; nothing where everybody may come in
 */
record AccessControl(
    Doorkeeper doorkeeper, Authentication authentication, Optional<AccessGate> gate) {
  private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);

  /** How often the file is looked at; a change counts after two looks. */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private static final AccessControl NONE =
      new AccessControl(Doorkeeper.NONE, Authentication.NONE, Optional.empty());

  /**
   * Does what {@code auth.mode} says: with {@code users}, reads the file of users, and follows it.
   *
   * @throws GatewayException {@link Kind#MALFORMED} when there is something wrong with that
   */
  static AccessControl start(
      Configuration configuration,
      Started started,
      PrometheusRegistry registry,
      OutageLog outages) {
    String mode = configuration.get(Keys.AUTH_MODE);
    Optional<Path> path = configuration.get(Keys.AUTH_USERS_FILE);
    if (path.isPresent() != mode.equals("users")) {
      // Whoever names a file of users and no mode believes that they are asked.
      throw new GatewayException(
          Kind.MALFORMED,
          "auth.users-file: %s (expected: %s, with auth.mode=%s)"
              .formatted(
                  path.map(Path::toString).orElse("nothing"),
                  path.isPresent() ? "nothing" : "a file",
                  mode));
    }
    return path.map(file -> ofUsers(file, configuration, started, registry, outages))
        .orElseGet(() ->
            mode.equals("gnocchi-basic")
                ? new AccessControl(Doorkeeper.NONE, Authentication.GNOCCHI_BASIC, Optional.empty())
                : NONE);
  }

  private static AccessControl ofUsers(
      Path path,
      Configuration configuration,
      Started started,
      PrometheusRegistry registry,
      OutageLog outages) {
    FollowedFile<Users> file;
    try {
      file = started.add("users", FollowedFile.load(path, UserFile.PARSER));
    } catch (InvalidFileException e) {
      throw new GatewayException(
          Kind.MALFORMED, "auth.users-file: " + String.join("\norzo: ", e.problems()), e);
    }
    file.start("users-file", INTERVAL, outages);
    int comparisons = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Doorkeeper doorkeeper = Doorkeeper.of(file::content, new SecureRandom(), comparisons);
    AccessGate gate = new AccessGate(doorkeeper, configuration.get(Keys.TENANCY_HEADER));
    register(registry, file, doorkeeper, gate);
    boolean hasOpenListeners =
        configuration.get(Keys.CARBON_PORT) != 0
            || configuration.get(Keys.CARBON_PICKLE_PORT) != 0
            || Statsd.isOn(configuration);
    if (hasOpenListeners) {
      LOG.warn(
          "auth.mode=users: Graphite's and StatsD's protocols cannot say who sends; whoever reaches"
              + " their ports can write to the tenant 'default'");
    }
    return new AccessControl(doorkeeper, Authentication.of(doorkeeper), Optional.of(gate));
  }

  private static void register(
      PrometheusRegistry registry,
      FollowedFile<Users> file,
      Doorkeeper doorkeeper,
      AccessGate gate) {
    GaugeWithCallback.builder()
        .name("orzo_users")
        .help("Users of auth.users-file that are in force.")
        .callback(gauge -> gauge.call(file.content().count()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_users_loads_total")
        .help("How often users were read from auth.users-file and put in force.")
        .callback(counter -> counter.call(file.loads()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_users_load_failures_total")
        .help("How often auth.users-file was found changed but faulty, so that the users stayed.")
        .callback(counter -> counter.call(file.failures()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_password_comparisons_total")
        .help("How often a password was compared with its hash, for it was not known already.")
        .callback(counter -> counter.call(doorkeeper.compared()))
        .register(registry);
    CounterWithCallback.builder()
        .name("orzo_access_refusals_total")
        .help(
            "Requests that were refused: without credentials, with wrong ones, for what the user"
                + " may not do, or because too many passwords were being compared.")
        .labelNames("reason")
        .callback(counter -> {
          counter.call(doorkeeper.withoutCredentials(), "no_credentials");
          counter.call(doorkeeper.withWrongCredentials(), "wrong_credentials");
          counter.call(gate.forbidden(), "forbidden");
          counter.call(doorkeeper.putOff(), "busy");
        })
        .register(registry);
  }
}
