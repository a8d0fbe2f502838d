package orzo.statsd;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;
import orzo.statsd.StatsdSettings.Namespace;

/** Settings for tests: those of the reference daemon, but for what a test says. */
final class StatsdFixtures {
  static final Set<Dialect> ALL_DIALECTS = Set.of(Dialect.values());

  private StatsdFixtures() {}

  static StatsdSettings settings(Set<Dialect> dialects, Deletable... idle) {
    return settings(dialects, Limits.DEFAULT, Set.of(Form.values()), idle);
  }

  static StatsdSettings settings(
      Set<Dialect> dialects, Limits limits, Set<Form> forms, Deletable... idle) {
    return new StatsdSettings(
        Duration.ofSeconds(10),
        dialects,
        true,
        new StatsdSettings.Timers(List.of(90.0), List.of(), List.of()),
        new StatsdSettings.Deletion(Set.of(idle), 2),
        Namespace.DEFAULT,
        forms,
        limits);
  }
}
