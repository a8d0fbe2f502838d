package orzo.statsd;

import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;

/**
 * A name with its tags, whatever bytes it was sent as, and what is aggregated for it: the types of
 * a key are apart, so that the same key may be a counter, a timer, a gauge and a set at once.
 */
final class StatKey {
  /** The name, as it stands in the names of flushed statistics. */
  final String name;

  /** The tags as they stand behind the names of flushed statistics: empty, or {@code ;a=b;c=d}. */
  final String tags;

  /** The tags. */
  final Labels labels;

  /** The whole key, as it is called where keys are shown; tells it from all others. */
  final String text;

  @Nullable CounterSlot counter;
  @Nullable TimerSlot timer;
  @Nullable GaugeSlot gauge;
  @Nullable SetSlot set;

  StatKey(String name, String tags, Labels labels, String text) {
    this.name = name;
    this.tags = tags;
    this.labels = labels;
    this.text = text;
  }

  /** Whether nothing is aggregated for it. */
  boolean isEmpty() {
    return counter == null && timer == null && gauge == null && set == null;
  }
}
