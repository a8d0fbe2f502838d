package orzo.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.fold.Part;
import orzo.query.SourceResolution;
import orzo.read.Archive;
import orzo.read.Resolution;
import orzo.read.Source;

class TierChoiceTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long NOW = 20_000 * DAY;

  private static final Set<Part> STANDARD =
      EnumSet.of(
          Part.COUNT,
          Part.SUM,
          Part.MIN,
          Part.MAX,
          Part.FIRST,
          Part.FIRST_TIME,
          Part.LAST,
          Part.LAST_TIME,
          Part.DROPS);

  /** Raw for 2 days, 5 minutes for 7, an hour for 90. */
  private static final Archive ARCHIVE =
      new Archive(
          "standard",
          NOW - 2 * DAY,
          List.of(
              new Resolution(5 * MINUTE, STANDARD, NOW - 7 * DAY),
              new Resolution(HOUR, STANDARD, NOW - 90 * DAY)));

  private static Demand demand(
      String function, long agoMillis, long stepMillis, long windowMillis) {
    return new Demand(function, NOW - agoMillis, stepMillis, NOW, windowMillis);
  }

  private static TierChoice automatic(Demand demand) {
    return TierChoice.choose(ARCHIVE, demand, SourceResolution.AUTOMATIC);
  }

  @ParameterizedTest
  @CsvSource({
    "sum_over_time, 24, 60, 60, 1h",
    "sum_over_time, 24, 5, 60, 5m", // the step is no multiple of an hour
    "sum_over_time, 24, 60, 90, 5m", // nor is this range
    "sum_over_time, 24, 1, 60, raw",
    "sum_over_time, 24, 60, 7, raw",
    "sum_over_time, 720, 60, 60, 1h",
    "rate, 24, 60, 60, 1h",
    "stddev_over_time, 24, 60, 60, raw", // the policy has no moments
    "quantile_over_time, 24, 60, 60, raw",
    "changes, 24, 60, 60, raw",
    "'', 24, 60, 5, 1h", // the lookback may be anything
    "'', 24, 5, 5, 5m",
    "'', 24, 1, 5, raw"
  })
  void rawCovers_theCoarsestExactTierIsTaken(
      String function, long hours, long stepMinutes, long windowMinutes, String tier) {
    TierChoice choice =
        automatic(demand(function, hours * HOUR, stepMinutes * MINUTE, windowMinutes * MINUTE));
    assertThat(choice.tier()).isEqualTo(tier);
    assertThat(choice.exact()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "sum_over_time, 3, 1, 60, 'raw, else 5m'",
    "sum_over_time, 7, 1, 60, 'raw, else 1h'", // five minutes do not reach back by an hour
    "sum_over_time, 100, 1, 60, 'raw, else 1h'", // nothing does: the tier that reaches furthest
    "sum_over_time, 100, 60, 60, 'raw, else 1h'",
    "quantile_over_time, 3, 60, 60, 'raw, else 5m'",
    "'', 3, 1, 5, 'raw, else 5m'",
    "stddev_over_time, 3, 60, 60, raw" // no tier has anything to go by
  })
  void rawHasExpired_theFinestTierThatCoversFillsIn(
      String function, long days, long stepMinutes, long windowMinutes, String tier) {
    TierChoice choice =
        automatic(demand(function, days * DAY, stepMinutes * MINUTE, windowMinutes * MINUTE));
    assertThat(choice.tier()).isEqualTo(tier);
  }

  @Test
  void shortRange_isReadRaw() {
    TierChoice choice = automatic(demand("sum_over_time", 2 * HOUR, HOUR, HOUR));
    assertThat(choice.tier()).isEqualTo("raw");
    assertThat(choice.reason()).isEqualTo("a range shorter than a raw split");
  }

  @Test
  void evaluationOffTheBorder_isReadRaw_andSaysWhy() {
    TierChoice choice = automatic(demand("sum_over_time", DAY + 1, HOUR, HOUR));
    assertThat(choice.tier()).isEqualTo("raw");
    assertThat(choice.reason()).isEqualTo("times or range are no multiples of 5m, 1h");
  }

  @Test
  void reasons_nameWhatIsMissing() {
    assertThat(automatic(demand("changes", DAY, HOUR, HOUR)).reason())
        .isEqualTo("changes needs samples");
    assertThat(automatic(demand("stdvar_over_time", DAY, HOUR, HOUR)).reason())
        .isEqualTo("no tier has what stdvar_over_time needs: sum, second moment");
    Archive raw = new Archive("raw", NOW - 2 * DAY, List.of());
    assertThat(TierChoice.choose(raw, demand("", DAY, HOUR, HOUR), SourceResolution.AUTOMATIC))
        .isEqualTo(TierChoice.raw("policy 'raw' has no aggregates"));
  }

  @Test
  void maxSourceResolution_ofZero_isRaw_howeverOld() {
    TierChoice choice =
        TierChoice.choose(
            ARCHIVE, demand("sum_over_time", 30 * DAY, HOUR, HOUR), new SourceResolution.AtMost(0));
    assertThat(choice).isEqualTo(TierChoice.raw("max_source_resolution=0s"));
  }

  @ParameterizedTest
  @CsvSource({
    "60, 60, 1h, true",
    "90, 7, 1h, false",
    "59, 7, 5m, false",
    "59, 60, 5m, true",
    "4, 60, raw, true"
  })
  void maxSourceResolution_isABound(
      long mostMinutes, long windowMinutes, String tier, boolean exact) {
    TierChoice choice =
        TierChoice.choose(
            ARCHIVE,
            demand("max_over_time", DAY, HOUR, windowMinutes * MINUTE),
            new SourceResolution.AtMost(mostMinutes * MINUTE));
    assertThat(choice.tier()).isEqualTo(tier);
    assertThat(choice.exact()).isEqualTo(exact);
  }

  @Test
  void maxSourceResolution_keepsOutCoarserTiers_alsoWhereRawHasExpired() {
    TierChoice choice =
        TierChoice.choose(
            ARCHIVE,
            demand("max_over_time", 30 * DAY, HOUR, HOUR),
            new SourceResolution.AtMost(5 * MINUTE));
    assertThat(choice.source()).isEqualTo(new Source.RawElseWindows(5 * MINUTE));
  }
}
