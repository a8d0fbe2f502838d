package orzo.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.column.ValueColumn;
import orzo.fold.AggregateRows;
import orzo.fold.AggregateSchema;
import orzo.fold.Part;
import orzo.index.Periods;
import orzo.split.SampleBuffer;

class LabelPeriodsTest {
  /** Samples at 10, 20 … 60. */
  private static SampleBuffer samples() {
    SampleBuffer samples = new SampleBuffer(6);
    for (int i = 1; i <= 6; i++) {
      samples.add(i * 10L, i);
    }
    return samples;
  }

  private static Periods periods(String edges) {
    String[] parts = edges.split(" ", -1);
    Periods all = Periods.of(edge(parts[0]), edge(parts[1]));
    for (int i = 2; i < parts.length; i += 2) {
      all = all.and(edge(parts[i]), edge(parts[i + 1]));
    }
    return all;
  }

  private static long edge(String text) {
    return switch (text) {
      case "-" -> Long.MIN_VALUE;
      case "+" -> Long.MAX_VALUE;
      default -> Long.parseLong(text);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "- +, 10 20 30 40 50 60",
    "- 30, 10 20 30x",
    "- 31, 10 20 30 40x",
    "30 +, 30 40 50 60",
    "61 +, ''",
    "- 10, ''",
    "20 40, 20 30 40x",
    "- 20 40 +, 10 20x 40 50 60",
    "- 20 25 +, 10 20x 30 40 50 60",
    "- 21 25 +, 10 20 30 40 50 60", // nothing lies between them
    "- 20 21 29 40 +, 10 20x 40 50 60",
    "- 5 20 30 50 51, 20 30x 50 60x",
    "- 60, 10 20 30 40 50 60x",
    "- 61, 10 20 30 40 50 60"
  })
  void samples_outsideOfTheirPeriods_areLeftOut_andTheEndIsMarked(String edges, String expected) {
    SampleBuffer cut = LabelPeriods.cut(samples(), periods(edges));

    List<String> found = new ArrayList<>();
    for (int i = 0; i < cut.size; i++) {
      boolean stale = Double.doubleToRawLongBits(cut.values[i]) == ValueColumn.STALE_MARKER;
      assertThat(stale || cut.values[i] == cut.timestampsMillis[i] / 10.0).isTrue();
      found.add(cut.timestampsMillis[i] + (stale ? "x" : ""));
    }
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }

  @Test
  void windows_belongToThePeriodInWhichTheyBegin_andTheEndIsMarked() {
    AggregateRows rows = new AggregateRows(AggregateSchema.ofParts(Set.of(Part.COUNT, Part.SUM)));
    for (int i = 1; i <= 4; i++) {
      int row = rows.add(i * 10L);
      rows.integers(Part.COUNT)[row] = i;
      rows.doubles(Part.SUM)[row] = i;
    }

    AggregateRows cut = LabelPeriods.cut(rows, periods("- 15 35 +"));

    assertThat(cut.size).isEqualTo(3);
    assertThat(cut.startsMillis).startsWith(10, 20, 40);
    assertThat(cut.is(0, AggregateRows.BORDER_STALE)).isFalse();
    assertThat(cut.is(1, AggregateRows.BORDER_STALE)).isTrue();
    assertThat(cut.integers(Part.COUNT)).startsWith(1, 0, 4);
    assertThat(cut.doubles(Part.SUM)).startsWith(1, 0, 4);
  }

  @Test
  void periods_thatTouch_becomeOne() {
    assertThat(periods("- 10 10 +").isAlways()).isTrue();
    assertThat(periods("- 10 10 20 30 40").size()).isEqualTo(2);
    assertThat(periods("10 20 30 40").touch(20, 29)).isFalse();
    assertThat(periods("10 20 30 40").touch(19, 19)).isTrue();
    assertThat(periods("10 20 30 40").touch(0, 10)).isTrue();
    assertThat(periods("10 20 30 40").touch(40, 99)).isFalse();
  }
}
