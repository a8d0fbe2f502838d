package orzo.statsd;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import orzo.histogram.GrowingHistogram;
import orzo.metric.Labels;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.TimerForm;

/**
 * Computes the statistics of what was aggregated, and gives them to storage and to the forwarder.
 * Used by one thread.
 */
final class Flusher {
  private final SeriesNames names;
  private final FlushStore store;
  private final @Nullable CarbonForwarder forwarder;
  private final boolean storesNames;
  private final boolean storesLabels;
  private final boolean storesSummaries;
  private final boolean countsToo;
  private final double seconds;
  private final LongSupplier nanos;
  private final TimerStatistics statistics = new TimerStatistics();
  private final SeriesRow own =
      new SeriesRow(
          new StatKey("", "", Labels.EMPTY, ""), SeriesRow.Kind.OWN, null, SeriesNames.OWN_SIZE);
  private FlushedSamples samples = new FlushedSamples();
  private StringBuilder lines = new StringBuilder();

  Flusher(
      StatsdSettings settings,
      SeriesNames names,
      FlushStore store,
      @Nullable CarbonForwarder forwarder,
      LongSupplier nanos) {
    this.names = names;
    this.store = store;
    this.forwarder = forwarder;
    this.nanos = nanos;
    Set<Form> forms = settings.forms();
    storesNames = forms.contains(Form.NAMES);
    storesLabels = forms.contains(Form.LABELS);
    storesSummaries = storesLabels && settings.timers().forms().contains(TimerForm.SUMMARY);
    countsToo = settings.namespace().counts();
    seconds = settings.flushSeconds();
  }

  /** Computes and hands on; returns when everything is on its way. */
  void flush(Snapshot snapshot) {
    long start = nanos.getAsLong();
    long now = snapshot.timestampSeconds;
    counters(snapshot, now);
    timers(snapshot, now);
    gauges(snapshot, now);
    sets(snapshot, now);
    timed(snapshot);
    long millis = (nanos.getAsLong() - start) / 1_000_000;
    flushed(own, SeriesNames.OWN_NUMBER_OF_STATS, now, snapshot.keys());
    flushed(own, SeriesNames.OWN_CALCULATION_TIME, now, millis);
    flushed(own, SeriesNames.OWN_PROCESSING_TIME, now, millis);
    if (forwarder != null) {
      CarbonForwarder.Progress progress = forwarder.progress();
      flushed(own, SeriesNames.OWN_LAST_EXCEPTION, now, progress.lastExceptionSeconds());
      flushed(own, SeriesNames.OWN_LAST_FLUSH, now, progress.lastFlushSeconds());
      flushed(own, SeriesNames.OWN_FLUSH_TIME, now, progress.flushMillis());
      flushed(own, SeriesNames.OWN_FLUSH_LENGTH, now, progress.flushLength());
      forwarder.send(lines);
      lines = new StringBuilder(lines.length() + 64);
    }
    if (samples.size > 0) {
      store.offer(samples);
      samples = new FlushedSamples();
    }
  }

  private void counters(Snapshot snapshot, long now) {
    Snapshot.Rows counters = snapshot.counters;
    for (int i = 0; i < counters.size; i++) {
      SeriesRow row = counters.rows[i];
      flushed(row, SeriesNames.RATE, now, counters.values[i] / seconds);
      if (countsToo) {
        flushed(row, SeriesNames.COUNT, now, counters.values[i]);
      }
      labelled(row, SeriesNames.TOTAL, now, counters.others[i]);
    }
    Snapshot.Rows totals = snapshot.totals;
    for (int i = 0; i < totals.size; i++) {
      labelled(totals.rows[i], SeriesNames.TOTAL, now, totals.others[i]);
    }
  }

  private void timers(Snapshot snapshot, long now) {
    for (int i = 0; i < snapshot.timerCount; i++) {
      Snapshot.Times times = snapshot.timers[i];
      SeriesRow row = times.row;
      TimerLayout layout = requireNonNull(row.layout, "layout");
      int summary = layout.placeOfSummary();
      TimerStatistics.Sink sink =
          (place, value) -> {
            if (place >= summary) {
              summary(row, place, now, value);
            } else if (place != TimerLayout.LEFT_OUT) {
              flushed(row, place, now, value);
            }
          };
      if (times.histogram != null) { // before the values are sorted, and part with their weights
        histogram(times, times.histogram, now);
      }
      if (times.size == 0) {
        statistics.computeIdle(layout, sink);
      } else {
        statistics.compute(layout, times.values, times.size, times.count, seconds, sink);
      }
      summary(row, summary, now, times.totalCount);
      summary(row, summary + 1, now, times.totalSum);
    }
  }

  private void histogram(Snapshot.Times times, GrowingHistogram histogram, long now) {
    for (int i = 0; times.counts && i < times.size; i++) {
      histogram.add(times.values[i], times.weights == null ? 1 : times.weights[i]);
    }
    samples.add(
        times.row,
        requireNonNull(times.row.layout, "layout").placeOfHistogram(),
        now * 1000,
        times.sinceMillis,
        histogram.state());
    handOnIfFull();
  }

  private void gauges(Snapshot snapshot, long now) {
    Snapshot.Rows gauges = snapshot.gauges;
    for (int i = 0; i < gauges.size; i++) {
      flushed(gauges.rows[i], SeriesNames.VALUE, now, gauges.values[i]);
      labelled(gauges.rows[i], SeriesNames.LABELLED_VALUE, now, gauges.values[i]);
    }
  }

  private void sets(Snapshot snapshot, long now) {
    Snapshot.Rows sets = snapshot.sets;
    for (int i = 0; i < sets.size; i++) {
      flushed(sets.rows[i], SeriesNames.VALUE, now, sets.values[i]);
      labelled(sets.rows[i], SeriesNames.LABELLED_VALUE, now, sets.values[i]);
    }
  }

  /** Values of their own time, which stand as they are. */
  private void timed(Snapshot snapshot) {
    Snapshot.Rows counts = snapshot.timedCounts;
    for (int i = 0; i < counts.size; i++) {
      long at = (long) counts.others[i];
      flushed(counts.rows[i], SeriesNames.RATE, at, counts.values[i] / seconds);
      if (countsToo) {
        flushed(counts.rows[i], SeriesNames.COUNT, at, counts.values[i]);
      }
    }
    Snapshot.Rows gauges = snapshot.timedGauges;
    for (int i = 0; i < gauges.size; i++) {
      long at = (long) gauges.others[i];
      flushed(gauges.rows[i], SeriesNames.VALUE, at, gauges.values[i]);
      labelled(gauges.rows[i], SeriesNames.LABELLED_VALUE, at, gauges.values[i]);
    }
  }

  /** A statistic under the name that the reference daemon gives it. */
  private void flushed(SeriesRow row, int statistic, long timestampSeconds, double value) {
    if (forwarder != null) {
      names.appendName(lines, row, statistic);
      lines.append(row.key.tags).append(' ');
      JsNumber.append(lines, value);
      lines.append(' ').append(timestampSeconds).append('\n');
    }
    // Where the reference daemon says that there is no number, nothing is stored: carbon would
    // drop the line, too.
    if (storesNames && !Double.isNaN(value)) {
      add(row, statistic, timestampSeconds, value);
    }
  }

  /** A statistic in the form of Prometheus. */
  private void labelled(SeriesRow row, int statistic, long timestampSeconds, double value) {
    if (storesLabels) {
      add(row, statistic, timestampSeconds, value);
    }
  }

  /** A statistic of a timer's summary. */
  private void summary(SeriesRow row, int statistic, long timestampSeconds, double value) {
    if (storesSummaries) {
      add(row, statistic, timestampSeconds, value);
    }
  }

  private void add(SeriesRow row, int statistic, long timestampSeconds, double value) {
    samples.add(row, statistic, timestampSeconds * 1000, value);
    handOnIfFull();
  }

  private void handOnIfFull() {
    if (samples.isFull()) {
      store.offer(samples);
      samples = new FlushedSamples();
    }
  }
}
