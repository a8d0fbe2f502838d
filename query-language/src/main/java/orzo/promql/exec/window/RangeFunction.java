package orzo.promql.exec.window;

import orzo.promql.exec.block.SeriesBlock;

/** A function of a range vector. Safe for many threads: state lives in one call. */
public interface RangeFunction {
  /**
   * Evaluates all windows of a series into an empty block; windows without an answer stay absent.
   */
  void evaluate(Windows windows, SeriesBlock result);
}
