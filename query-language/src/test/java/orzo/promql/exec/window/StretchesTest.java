package orzo.promql.exec.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;

class StretchesTest {
  private static final long GRANULARITY = 60_000;
  private static final long START = 1_800_000_000_000L;
  private static final Set<Part> PARTS =
      EnumSet.of(Part.COUNT, Part.LAST_TIME, Part.SUM, Part.MIN, Part.MAX, Part.FIRST, Part.LAST);

  /** Rows without a gap are taken column by column unless a column forbids it: both ways agree. */
  @RepeatedTest(40)
  void rowsWithoutGaps_areTakenLikeOthers(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    Stretches some = new Stretches();
    Stretches others = new Stretches();
    for (int series = 0; series < 3; series++) { // which reuse the arrays
      AggregateRows plain = rows(new Random(100L * seed + series), PARTS);
      Set<Part> more = EnumSet.of(Part.FIRST_TIME);
      more.addAll(PARTS);
      AggregateRows withFirstTimes = rows(new Random(100L * seed + series), more);

      some.take(plain, GRANULARITY, true);
      others.take(withFirstTimes, GRANULARITY, true);

      assertThat(some.size).as("seed %d", seed).isEqualTo(others.size);
      int size = some.size;
      assertThat(Arrays.copyOf(some.times, size)).isEqualTo(Arrays.copyOf(others.times, size));
      assertThat(Arrays.copyOf(some.counts, size)).isEqualTo(Arrays.copyOf(others.counts, size));
      assertThat(Arrays.copyOf(some.sums, size)).isEqualTo(Arrays.copyOf(others.sums, size));
      assertThat(Arrays.copyOf(some.mins, size)).isEqualTo(Arrays.copyOf(others.mins, size));
      assertThat(Arrays.copyOf(some.maxs, size)).isEqualTo(Arrays.copyOf(others.maxs, size));
      assertThat(Arrays.copyOf(some.firsts, size)).isEqualTo(Arrays.copyOf(others.firsts, size));
      assertThat(Arrays.copyOf(some.lasts, size)).isEqualTo(Arrays.copyOf(others.lasts, size));
      assertThat(some.isDoubtful()).isEqualTo(others.isDoubtful());
    }
  }

  /** Most have no gap; some lack a border, an interior or a row, or know less of one. */
  private static AggregateRows rows(Random random, Set<Part> parts) {
    AggregateRows rows = new AggregateRows(AggregateSchema.ofParts(parts));
    int fault = random.nextInt(8);
    int faulty = random.nextInt(12);
    int size = 1 + random.nextInt(12);
    for (int i = 0; i < size; i++) {
      if (fault == 0 && i == faulty) {
        continue;
      }
      int row = rows.add(START + GRANULARITY * i);
      boolean hasBorder = fault != 1 || i != faulty;
      boolean hasInterior = (fault != 2 || i != faulty) && (i < size - 1 || random.nextBoolean());
      if (hasBorder) {
        rows.flags[row] = AggregateRows.HAS_BORDER;
        rows.doubles(Part.BORDER)[row] = value(random);
      }
      if (hasInterior) {
        rows.integers(Part.COUNT)[row] = 1L + random.nextInt(5);
        rows.integers(Part.LAST_TIME)[row] =
            random.nextInt(4) == 0 ? AggregateRows.NO_TIME : 1L + random.nextInt(59_999);
        for (Part part : EnumSet.of(Part.SUM, Part.MIN, Part.MAX, Part.FIRST, Part.LAST)) {
          rows.doubles(part)[row] = value(random);
        }
        if (fault == 3 && i == faulty) {
          rows.doubles(Part.LAST)[row] = AggregateRows.NONE;
        }
      }
    }
    return rows;
  }

  private static double value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> -0.0;
      case 3 -> 0.0;
      default -> random.nextInt(1000) / 8.0;
    };
  }
}
