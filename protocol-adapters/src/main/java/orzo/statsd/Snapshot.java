package orzo.statsd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.GrowingHistogram;

/**
 * What was aggregated until a flush, as columns. Is made by the thread that aggregates, then
 * belongs to the one that flushes.
 */
final class Snapshot {
  /** When it was taken, in whole seconds since 1970. */
  final long timestampSeconds;

  /** Rows with one or more numbers each. */
  static final class Rows {
    SeriesRow[] rows;
    double[] values;
    double[] others;
    int size;

    Rows(int capacity) {
      rows = new SeriesRow[capacity];
      values = new double[capacity];
      others = new double[capacity];
    }

    void add(SeriesRow row, double value, double other) {
      if (size == rows.length) {
        int grown = size + (size >> 1) + 16;
        rows = Arrays.copyOf(rows, grown);
        values = Arrays.copyOf(values, grown);
        others = Arrays.copyOf(others, grown);
      }
      rows[size] = row;
      values[size] = value;
      others[size++] = other;
    }
  }

  /** The values of a timer. */
  static final class Times {
    final SeriesRow row;
    final double[] values;
    final int size;
    final double count;
    final double totalCount;
    final double totalSum;
    final double @Nullable [] weights;
    final @Nullable GrowingHistogram histogram;
    final long sinceMillis;

    /** Whether the values are part of the totals; not if there is no finite sum of them. */
    final boolean counts;

    Times(TimerSlot slot, boolean counts) {
      row = slot.row;
      values = slot.values;
      size = slot.size;
      count = slot.count;
      totalCount = slot.totalCount;
      totalSum = slot.totalSum;
      weights = slot.weights;
      histogram = slot.histogram;
      sinceMillis = slot.sinceMillis;
      this.counts = counts;
    }
  }

  /** Counters that are there: the sum since the last flush, and the total. */
  final Rows counters;

  /** Counters of which only the total is to be told. */
  final Rows totals = new Rows(0);

  /** Gauges: the value. */
  final Rows gauges;

  /** Sets: how many members. */
  final Rows sets;

  /** Counts of their own time: the count, and the seconds. */
  final Rows timedCounts;

  /** Gauges of their own time: the value, and the seconds. */
  final Rows timedGauges;

  final Times[] timers;
  int timerCount;

  Snapshot(
      long timestampSeconds,
      int counters,
      int timers,
      int gauges,
      int sets,
      Rows timedCounts,
      Rows timedGauges) {
    this.timestampSeconds = timestampSeconds;
    this.counters = new Rows(counters);
    this.timers = new Times[timers];
    this.gauges = new Rows(gauges);
    this.sets = new Rows(sets);
    this.timedCounts = timedCounts;
    this.timedGauges = timedGauges;
  }

  /** How many keys there are, each counted once per type. */
  int keys() {
    return counters.size + timerCount + gauges.size + sets.size;
  }
}
