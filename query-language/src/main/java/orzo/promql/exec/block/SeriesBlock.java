package orzo.promql.exec.block;

import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramColumn;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;

/**
 * One series on the query's grid: {@code values[i]} is the value at step {@code i}, and means
 * something only if {@code i} is present. NaN is a value, absence is not. Where the sample is a
 * histogram, that is beside the value, which is then the histogram's sum. Whoever makes a block
 * fills it; afterwards the arrays never change, so blocks may share them.
 */
public final class SeriesBlock {
  /** One value for each step. */
  public final double[] values;

  /** The steps that have a value, as {@link Presence}. */
  public final long[] presence;

  private final Labels labels;
  private final boolean nameDropped;
  private @Nullable NativeHistogram @Nullable [] histograms; // null when all samples are floats

  /** An empty block, to be filled by whoever makes it. */
  public SeriesBlock(Labels labels, boolean nameDropped, int steps) {
    this(labels, nameDropped, new double[steps], Presence.none(steps));
  }

  /** A block of columns that are filled already, all floats. */
  public SeriesBlock(Labels labels, boolean nameDropped, double[] values, long[] presence) {
    this(labels, nameDropped, values, presence, null);
  }

  /** A block of columns that are filled already, {@code histograms} being null without any. */
  public SeriesBlock(
      Labels labels,
      boolean nameDropped,
      double[] values,
      long[] presence,
      @Nullable NativeHistogram @Nullable [] histograms) {
    this.labels = labels;
    this.nameDropped = nameDropped;
    this.values = values;
    this.presence = presence;
    this.histograms = histograms;
  }

  /** The labels, the metric name included even when it is to be dropped. */
  public Labels labels() {
    return labels;
  }

  /**
   * Whether the metric name, type and unit are to be dropped from the answer. They are kept until
   * then, so that {@code label_replace} can still read them, and so that series which differ in
   * nothing else are told apart on the way.
   */
  public boolean nameDropped() {
    return nameDropped;
  }

  /** Sets the value of a step; for the maker of the block. */
  public void set(int step, double value) {
    values[step] = value;
    presence[step >>> 6] |= 1L << step;
  }

  /** Sets a step to a histogram; for the maker of the block. */
  public void set(int step, NativeHistogram histogram) {
    if (histograms == null) {
      histograms = new NativeHistogram[values.length];
    }
    histograms[step] = histogram;
    set(step, histogram.sum());
  }

  /** Whether a step has a value. */
  public boolean has(int step) {
    return Presence.has(presence, step);
  }

  /** Whether no step has a value. */
  public boolean isEmpty() {
    return Presence.isEmpty(presence);
  }

  /** Whether some sample may be a histogram. */
  public boolean hasHistograms() {
    return histograms != null;
  }

  /** The histogram of a step, null where the sample is a float. */
  public @Nullable NativeHistogram histogram(int step) {
    return histograms == null ? null : histograms[step];
  }

  /** The steps that have a histogram. */
  public long[] histogramSteps() {
    long[] steps = Presence.none(values.length);
    if (histograms != null) {
      for (int step = 0; step < values.length; step++) {
        if (histograms[step] != null && has(step)) {
          Presence.add(steps, step);
        }
      }
    }
    return steps;
  }

  /** The samples that are floats; values are shared. */
  public SeriesBlock floats() {
    return histograms == null
        ? this
        : new SeriesBlock(labels, nameDropped, values, Presence.andNot(presence, histogramSteps()));
  }

  /** The same samples under other labels; the arrays are shared. */
  public SeriesBlock relabelled(Labels newLabels, boolean newNameDropped) {
    return new SeriesBlock(newLabels, newNameDropped, values, presence, histograms);
  }

  /** Those samples whose steps are in {@code steps}; the values are shared, {@code steps} taken. */
  public SeriesBlock masked(long[] steps) {
    return new SeriesBlock(labels, nameDropped, values, steps, histograms);
  }

  /** What the block takes in memory, counted in floats. */
  public long cells() {
    long cells = values.length;
    if (histograms != null) {
      for (NativeHistogram histogram : histograms) {
        cells += histogram == null ? 0 : HistogramColumn.cells(histogram);
      }
    }
    return cells;
  }
}
