package orzo.fold;

/** Merges rows of late samples into those of the others of their windows. */
final class LateRows {
  private LateRows() {}

  /** Merges a row into the row of the same window of others. */
  static void merge(AggregateRows late, int lateRow, AggregateRows into, int row) {
    long lateCount = late.integers(Part.COUNT)[lateRow];
    long count = into.integers(Part.COUNT)[row];
    boolean percentilesOfLate = total(late, lateRow) > total(into, row);
    int border = AggregateRows.HAS_BORDER | AggregateRows.BORDER_STALE;
    if ((late.flags[lateRow] & border) != 0) {
      into.flags[row] = (byte) (into.flags[row] & ~border | late.flags[lateRow] & border);
      into.doubles(Part.BORDER)[row] = late.doubles(Part.BORDER)[lateRow];
    }
    into.flags[row] |= (byte) (late.flags[lateRow] & AggregateRows.HISTOGRAMS);
    if (lateCount > 0 && count > 0) {
      RowMerge merge = new RowMerge();
      merge.addInteriors(into, row, late, lateRow);
      merge.storeInterior(into, row);
    } else if (lateCount > 0) {
      into.copyInterior(late, lateRow, row);
    } else if (count == 0) {
      into.flags[row] |= (byte) (late.flags[lateRow] & AggregateRows.INTERIOR_STALE);
    }
    if (percentilesOfLate) {
      into.copyPercentiles(late, lateRow, row);
    }
  }

  private static long total(AggregateRows rows, int row) {
    return rows.integers(Part.COUNT)[row] + (rows.is(row, AggregateRows.HAS_BORDER) ? 1 : 0);
  }
}
