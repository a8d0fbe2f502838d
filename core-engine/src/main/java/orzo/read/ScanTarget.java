package orzo.read;

import orzo.fold.AggregateRows;
import orzo.split.SampleBuffer;

/** Where what is decoded goes: it is charged, counted and visited. Safe for many threads. */
record ScanTarget(
    ReadBudget budget,
    ReadMeter meter,
    Selection.Visitor visitor,
    Selection.RowVisitor rowVisitor) {
  void visit(int place, SampleBuffer samples) {
    if (samples.size > 0) {
      budget.charge(samples.size + samples.cells(0, samples.size) / 2);
      meter.decoded(0, samples.size);
      visitor.visit(place, samples);
    }
  }

  /**
   * Visits windows.
   *
   * @param samples how many were decoded to make them
   */
  void visit(int place, AggregateRows rows, long samples) {
    if (rows.size > 0) {
      budget.charge(rows.size + samples);
      meter.decoded(rows.size, samples);
      rowVisitor.visit(place, rows);
    }
  }
}
