package orzo.promql.exec.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.exec.block.TimeGrid;

class StretchFunctionsTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 500_000 * HOUR;

  /** Windows that have one run each are not looked for; the others are the measure. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "count_over_time",
        "sum_over_time",
        "avg_over_time",
        "min_over_time",
        "max_over_time",
        "first_over_time",
        "last_over_time",
        "present_over_time"
      })
  void windowsOfOneRunEach_haveTheValuesOfAnyOthers(String function) {
    Random random = new Random(function.hashCode());
    for (int round = 0; round < 300; round++) {
      AggregateRows regular = rows(random, EnumSet.noneOf(Part.class));
      AggregateRows other = new AggregateRows(AggregateSchema.ofParts(parts(Part.FIRST_TIME)));
      other.addAll(regular, 0, regular.size);
      long first = START + (random.nextInt(30) - 10) * HOUR / (random.nextInt(6) == 0 ? 2 : 1);
      int steps = 1 + random.nextInt(150);
      TimeGrid grid = new TimeGrid(first, HOUR, steps);
      WindowTimes windows = new WindowTimes(first, HOUR, HOUR);

      SeriesBlock found = evaluate(function, regular, grid, windows);
      SeriesBlock expected = evaluate(function, other, grid, windows);

      assertThat(found.presence).as("round %d", round).isEqualTo(expected.presence);
      for (int step = 0; step < steps; step++) {
        if (expected.has(step)) {
          assertThat(Double.doubleToLongBits(found.values[step]))
              .as("round %d, step %d", round, step)
              .isEqualTo(Double.doubleToLongBits(expected.values[step]));
        }
      }
    }
  }

  private static SeriesBlock evaluate(
      String function, AggregateRows rows, TimeGrid grid, WindowTimes windows) {
    Stretches stretches = new Stretches();
    stretches.take(rows, HOUR, true);
    SeriesBlock block = new SeriesBlock(Labels.EMPTY, true, grid.steps());
    StretchFunctions.evaluate(function, stretches, true, grid, windows, block);
    return block;
  }

  private static Set<Part> parts(Part... more) {
    Set<Part> parts = EnumSet.of(Part.COUNT, Part.SUM, Part.MIN, Part.MAX, Part.FIRST, Part.LAST);
    parts.addAll(Set.of(more));
    return parts;
  }

  private static AggregateRows rows(Random random, Set<Part> more) {
    AggregateRows rows =
        new AggregateRows(AggregateSchema.ofParts(parts(more.toArray(new Part[0]))));
    int size = 1 + random.nextInt(140);
    int gap = random.nextInt(8) == 0 ? random.nextInt(size) : -1;
    for (int i = 0; i < size; i++) {
      if (i == gap && size > 1) {
        continue;
      }
      int row = rows.add(START + i * HOUR);
      rows.flags[row] = AggregateRows.HAS_BORDER;
      rows.doubles(Part.BORDER)[row] = value(random);
      if (i < size - 1 || random.nextBoolean()) {
        rows.integers(Part.COUNT)[row] = 1L + random.nextInt(9);
        for (Part part : EnumSet.of(Part.SUM, Part.MIN, Part.MAX, Part.FIRST, Part.LAST)) {
          rows.doubles(part)[row] = value(random);
        }
      }
    }
    return rows;
  }

  private static double value(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> Double.NaN;
      case 1 -> -0.0;
      case 2 -> 0.0;
      default -> random.nextInt(2000) / 16.0 - 60;
    };
  }
}
