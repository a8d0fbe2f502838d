package orzo.gateway;

import java.util.OptionalInt;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;
import orzo.gateway.configuration.Origin;
import orzo.gateway.configuration.StatsdKeys;
import orzo.statsd.StatsdListener;
import orzo.statsd.StatsdSettings;

/** What the configuration says about StatsD. */
final class Statsd {
  private Statsd() {}

  /** Whether there is a listener. */
  static boolean isOn(Configuration configuration) {
    return configuration.get(StatsdKeys.PORT) != 0;
  }

  /** What to listen on. */
  static StatsdListener.Address address(Configuration configuration) {
    int port = configuration.get(StatsdKeys.PORT);
    boolean preset =
        configuration.setting(StatsdKeys.MANAGEMENT_PORT).origin() instanceof Origin.Default;
    return new StatsdListener.Address(
        configuration.get(Keys.HTTP_HOST),
        OptionalInt.of(port),
        portOrOff(configuration.get(StatsdKeys.TCP_PORT).orElse(port)),
        portOrOff(configuration.get(StatsdKeys.MANAGEMENT_PORT)),
        preset,
        Math.toIntExact(configuration.get(StatsdKeys.RECEIVE_BUFFER_SIZE)));
  }

  private static OptionalInt portOrOff(int port) {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** How lines are read and what becomes of them. */
  static StatsdSettings settings(Configuration configuration) {
    return new StatsdSettings(
        configuration.get(StatsdKeys.FLUSH_INTERVAL),
        configuration.get(StatsdKeys.DIALECTS),
        configuration.get(StatsdKeys.SANITIZE_NAMES),
        new StatsdSettings.Timers(
            configuration.get(StatsdKeys.PERCENTILES),
            configuration.get(StatsdKeys.HISTOGRAMS),
            configuration.get(StatsdKeys.TIMER_STATISTICS),
            configuration.get(StatsdKeys.TIMERS),
            new StatsdSettings.Buckets(
                configuration.get(StatsdKeys.HISTOGRAM_SCHEMA),
                configuration.get(StatsdKeys.HISTOGRAM_BUCKETS))),
        new StatsdSettings.Deletion(
            configuration.get(StatsdKeys.DELETE_IDLE), configuration.get(StatsdKeys.GAUGE_FLUSHES)),
        new StatsdSettings.Namespace(
            configuration.get(StatsdKeys.LEGACY_NAMESPACE),
            configuration.get(StatsdKeys.GLOBAL_PREFIX),
            configuration.get(StatsdKeys.COUNTER_PREFIX),
            configuration.get(StatsdKeys.TIMER_PREFIX),
            configuration.get(StatsdKeys.GAUGE_PREFIX),
            configuration.get(StatsdKeys.SET_PREFIX),
            configuration.get(StatsdKeys.GLOBAL_SUFFIX),
            configuration.get(StatsdKeys.OWN_PREFIX),
            configuration.get(StatsdKeys.FLUSH_COUNTS)),
        configuration.get(StatsdKeys.SERIES),
        new StatsdSettings.Limits(
            configuration.get(StatsdKeys.MAX_KEYS),
            configuration.get(StatsdKeys.MAX_VALUES),
            configuration.get(StatsdKeys.MAX_VALUES_PER_KEY),
            StatsdSettings.Limits.DEFAULT.pendingSamples()));
  }
}
