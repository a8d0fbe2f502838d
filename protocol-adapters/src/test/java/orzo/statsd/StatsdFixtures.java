package orzo.statsd;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import orzo.statsd.StatsdSettings.Buckets;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;
import orzo.statsd.StatsdSettings.Namespace;
import orzo.statsd.StatsdSettings.TimerForm;

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
        timers(Buckets.DEFAULT, TimerForm.SUMMARY),
        new StatsdSettings.Deletion(Set.of(idle), 2),
        Namespace.DEFAULT,
        forms,
        limits);
  }

  static StatsdSettings.Timers timers(Buckets buckets, TimerForm... forms) {
    return new StatsdSettings.Timers(List.of(90.0), List.of(), List.of(), Set.of(forms), buckets);
  }

  /** Settings whose timers are stored in the label form only, as what is given. */
  static StatsdSettings settings(StatsdSettings.Timers timers) {
    return new StatsdSettings(
        Duration.ofSeconds(10),
        ALL_DIALECTS,
        true,
        timers,
        new StatsdSettings.Deletion(Set.of(), 1),
        Namespace.DEFAULT,
        Set.of(Form.LABELS),
        Limits.DEFAULT);
  }
}
