package orzo.statsd;

import java.util.ArrayList;
import java.util.List;
import orzo.statsd.StatsdSettings.Histogram;
import orzo.statsd.StatsdSettings.Timers;

/** Which key has which statistics. Immutable. */
final class TimerLayouts {
  private final List<Histogram> histograms;
  private final List<TimerLayout> layouts = new ArrayList<>();
  private final TimerLayout plain;

  TimerLayouts(Timers settings) {
    histograms = settings.histograms();
    plain = layout(settings, List.of());
    for (Histogram histogram : histograms) {
      layouts.add(layout(settings, histogram.bins()));
    }
  }

  private static TimerLayout layout(Timers settings, List<Double> bins) {
    return new TimerLayout(settings.percentiles(), bins, settings.statistics());
  }

  /** The statistics of a key. */
  TimerLayout of(String key) {
    for (int i = 0; i < histograms.size(); i++) {
      if (key.contains(histograms.get(i).part())) {
        return layouts.get(i);
      }
    }
    return plain;
  }
}
