package orzo.promql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;
import orzo.promql.exec.window.WindowTimes;
import orzo.read.ReadCounts;

/**
 * Counts the samples that a query looks at, as Prometheus's statistics do. Selectors count from
 * many threads; subqueries are entered and left by the one that evaluates.
 */
final class SampleCounts {
  private final TimeGrid grid;
  private final AtomicLongArray perStep;
  private final LongAdder read = new LongAdder();
  private int subqueries;

  SampleCounts(TimeGrid grid) {
    this.grid = grid;
    this.perStep = new AtomicLongArray(Math.max(grid.steps(), 1));
  }

  /** Samples inside a subquery don't count, only those that it makes of them. */
  void enterSubquery() {
    subqueries++;
  }

  void leaveSubquery() {
    subqueries--;
  }

  void addRead(ReadCounts counts) {
    read.add(counts.samples() + counts.rows());
  }

  /** One sample for each step that has a value. */
  void addPresent(SeriesBlock block) {
    for (int step = Presence.next(block.presence, 0);
        step >= 0;
        step = Presence.next(block.presence, step + 1)) {
      add(block.values.length, step, 1);
    }
  }

  /** The samples in the window of each step. */
  void addWindows(long[] timesMillis, int size, WindowTimes windows, int steps) {
    int from = 0;
    int to = 0;
    for (int step = 0; step < steps; step++) {
      long end = windows.endMillis(step);
      while (to < size && timesMillis[to] <= end) {
        to++;
      }
      while (from < to && timesMillis[from] <= end - windows.rangeMillis()) {
        from++;
      }
      add(steps, step, to - from);
    }
  }

  private void add(int steps, int step, long samples) {
    if (subqueries > 0) {
      return;
    }
    if (steps == perStep.length()) {
      perStep.addAndGet(step, samples);
    } else {
      // Evaluated once for all steps, because they all look at the same time.
      for (int i = 0; i < perStep.length(); i++) {
        perStep.addAndGet(i, samples);
      }
    }
  }

  TimeGrid grid() {
    return grid;
  }

  List<Long> perStep() {
    List<Long> counts = new ArrayList<>(perStep.length());
    for (int i = 0; i < perStep.length(); i++) {
      counts.add(perStep.get(i));
    }
    return counts;
  }

  long read() {
    return read.sum();
  }
}
