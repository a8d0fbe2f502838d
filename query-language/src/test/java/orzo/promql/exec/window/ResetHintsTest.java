package orzo.promql.exec.window;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.split.SampleBuffer;

class ResetHintsTest {
  private static NativeHistogram of(double count) {
    return NativeHistogram.exponential(
        ResetHint.UNKNOWN,
        true,
        0,
        0,
        0,
        count,
        count,
        Buckets.of(new int[] {1}, new double[] {count}),
        Buckets.EMPTY);
  }

  @Test
  void hinted_followsFromTheSampleBefore() {
    SampleBuffer samples = new SampleBuffer(9);
    List<NativeHistogram> histograms =
        List.of(
            of(5),
            of(6),
            of(2),
            NativeHistogram.stale(),
            of(3),
            of(4).withResetHint(ResetHint.GAUGE),
            of(9),
            of(10).withResetHint(ResetHint.RESET));
    for (NativeHistogram histogram : histograms) {
      samples.add(samples.size, histogram.sum(), 0, histogram);
    }
    samples.add(samples.size, 11); // a float
    samples.add(samples.size, 12, 0, of(12));
    @Nullable NativeHistogram[] given = requireNonNull(samples.histograms());
    SampleBuffer hinted = ResetHints.hinted(samples, given);
    List<String> hints = new ArrayList<>();
    @Nullable NativeHistogram[] found = requireNonNull(hinted.histograms());
    for (int i = 0; i < hinted.size; i++) {
      NativeHistogram histogram = found[i];
      hints.add(
          hinted.timestampsMillis[i] + " " + (histogram == null ? "-" : histogram.resetHint()));
    }
    assertThat(hints)
        .containsExactly(
            "0 UNKNOWN",
            "1 NOT_RESET",
            "2 RESET",
            "4 UNKNOWN",
            "5 GAUGE",
            "6 UNKNOWN",
            "7 RESET",
            "8 -",
            "9 UNKNOWN");
  }
}
