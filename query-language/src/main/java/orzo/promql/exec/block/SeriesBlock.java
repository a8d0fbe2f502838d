package orzo.promql.exec.block;

import orzo.metric.Labels;

/**
 * One series on the query's grid: {@code values[i]} is the value at step {@code i}, and means
 * something only if {@code i} is present. NaN is a value, absence is not. Whoever makes a block
 * fills it; afterwards the arrays never change, so blocks may share them.
 */
public final class SeriesBlock {
  /** One value for each step. */
  public final double[] values;

  /** The steps that have a value, as {@link Presence}. */
  public final long[] presence;

  private final Labels labels;
  private final boolean nameDropped;

  /** An empty block, to be filled by whoever makes it. */
  public SeriesBlock(Labels labels, boolean nameDropped, int steps) {
    this(labels, nameDropped, new double[steps], Presence.none(steps));
  }

  /** A block of columns that are filled already. */
  public SeriesBlock(Labels labels, boolean nameDropped, double[] values, long[] presence) {
    this.labels = labels;
    this.nameDropped = nameDropped;
    this.values = values;
    this.presence = presence;
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

  /** Whether a step has a value. */
  public boolean has(int step) {
    return Presence.has(presence, step);
  }

  /** Whether no step has a value. */
  public boolean isEmpty() {
    return Presence.isEmpty(presence);
  }

  /** The same samples under other labels; the arrays are shared. */
  public SeriesBlock relabelled(Labels newLabels, boolean newNameDropped) {
    return new SeriesBlock(newLabels, newNameDropped, values, presence);
  }

  /** Those samples whose steps are in {@code steps}; the values are shared, {@code steps} taken. */
  public SeriesBlock masked(long[] steps) {
    return new SeriesBlock(labels, nameDropped, values, steps);
  }
}
