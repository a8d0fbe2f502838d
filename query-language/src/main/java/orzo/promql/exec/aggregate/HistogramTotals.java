package orzo.promql.exec.aggregate;

import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramMean;
import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.histogram.HistogramNote;
import orzo.promql.exec.histogram.HistogramNotes;

/**
 * {@code sum} and {@code avg} of a group that has histograms, beside the floats of its column. At a
 * step with both there is no result. For one thread.
 */
final class HistogramTotals {
  private final boolean mean;
  private final Column floats;
  private final HistogramNotes notes;
  private final long[] presence; // steps that have histograms
  private final long[] incompatible; // steps whose histograms can't be added up
  private final long[] resets;
  private final long[] continuations;
  private final @Nullable HistogramSum[] sums;
  private final @Nullable HistogramMean[] means;

  HistogramTotals(boolean mean, Column floats, int steps, HistogramNotes notes) {
    this.mean = mean;
    this.floats = floats;
    this.notes = notes;
    presence = Presence.none(steps);
    incompatible = Presence.none(steps);
    resets = Presence.none(steps);
    continuations = Presence.none(steps);
    sums = new HistogramSum[mean ? 0 : steps];
    means = new HistogramMean[mean ? steps : 0];
  }

  void add(SeriesBlock block) {
    floats.add(block.floats());
    long[] steps = block.histogramSteps();
    for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
      NativeHistogram histogram = block.histogram(step);
      if (histogram != null && !Presence.has(incompatible, step)) {
        if (histogram.resetHint() == ResetHint.RESET) {
          Presence.add(resets, step);
        } else if (histogram.resetHint() == ResetHint.NOT_RESET) {
          Presence.add(continuations, step);
        }
        if (!add(step, histogram)) {
          Presence.add(incompatible, step);
          notes.add(HistogramNote.mixedSchemas(block.labels().metricName()));
        }
      }
    }
  }

  private boolean add(int step, NativeHistogram histogram) {
    Presence.add(presence, step);
    if (mean) {
      HistogramMean soFar = means[step];
      if (soFar != null) {
        return soFar.add(histogram);
      }
      means[step] = new HistogramMean(histogram);
    } else {
      HistogramSum soFar = sums[step];
      if (soFar != null) {
        return soFar.add(histogram);
      }
      sums[step] = HistogramSum.compensated(histogram);
    }
    return true;
  }

  /** Puts the results into an empty block. */
  void finish(SeriesBlock result) {
    floats.finish();
    for (int step = 0; step < result.values.length; step++) {
      boolean hasFloat = Presence.has(floats.presence, step);
      boolean hasHistogram = Presence.has(presence, step);
      if (hasFloat && hasHistogram) {
        notes.add(HistogramNote.mixedAggregation());
      } else if (hasFloat) {
        result.set(step, floats.values[step]);
      } else if (hasHistogram && !Presence.has(incompatible, step)) {
        if (Presence.has(resets, step) && Presence.has(continuations, step)) {
          notes.add(HistogramNote.resetCollision("aggregation"));
        }
        NativeHistogram total = total(step);
        if (total != null) {
          result.set(step, total.compacted());
        }
      }
    }
  }

  private @Nullable NativeHistogram total(int step) {
    HistogramSum sum = mean ? null : sums[step];
    HistogramMean average = mean ? means[step] : null;
    boolean reconciled =
        sum != null && sum.boundsReconciled() || average != null && average.boundsReconciled();
    if (reconciled) {
      notes.add(HistogramNote.reconciledBounds("aggregation"));
    }
    return sum != null ? sum.result() : average != null ? average.result() : null;
  }
}
