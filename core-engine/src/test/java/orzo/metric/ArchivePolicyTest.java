package orzo.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.metric.AggregationMethod.Function;
import orzo.metric.ArchivePolicy.Definition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class ArchivePolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void definition_anyTwoOfThree_giveTheThird() {
    Definition expected = new Definition(SECOND, OptionalLong.of(3600));
    Optional<Duration> second = Optional.of(SECOND);
    Optional<Duration> hour = Optional.of(Duration.ofHours(1));
    OptionalLong points = OptionalLong.of(3600);

    assertThat(Definition.of(second, points, Optional.empty())).isEqualTo(expected);
    assertThat(Definition.of(second, OptionalLong.empty(), hour)).isEqualTo(expected);
    assertThat(Definition.of(Optional.empty(), points, hour)).isEqualTo(expected);
    assertThat(Definition.of(second, points, hour)).isEqualTo(expected);
    assertThat(expected.timespan()).contains(Duration.ofHours(1));
    assertThat(expected.timespanMillis()).hasValue(3_600_000);
  }

  @Test
  void definition_granularityAlone_keepsForever() {
    Definition forever = Definition.of(Optional.of(SECOND), OptionalLong.empty(), Optional.empty());

    assertThat(forever.points()).isEmpty();
    assertThat(forever.timespan()).isEmpty();
    assertThat(forever.timespanMillis()).isEmpty();
  }

  @Test
  void definition_whatIsComputed_isRoundedDown() {
    assertThat(Definition.of(Duration.ofSeconds(7), Duration.ofHours(1)))
        .isEqualTo(new Definition(Duration.ofSeconds(7), OptionalLong.of(514)));
    assertThat(
            Definition.of(
                Optional.empty(), OptionalLong.of(1001), Optional.of(Duration.ofHours(1))))
        .isEqualTo(new Definition(Duration.ofMillis(3596), OptionalLong.of(1001)));
  }

  @Test
  void definition_tooLittleGiven_isRefused() {
    String expected = "(expected: a granularity, or points and timespan)";
    assertMalformed(
        () -> Definition.of(Optional.empty(), OptionalLong.of(3), Optional.empty()), expected);
    assertMalformed(
        () -> Definition.of(Optional.empty(), OptionalLong.empty(), Optional.of(SECOND)), expected);
    assertMalformed(
        () -> Definition.of(Optional.empty(), OptionalLong.empty(), Optional.empty()), expected);
  }

  @Test
  void definition_contradictingNumbers_areRefused() {
    assertMalformed(
        () ->
            Definition.of(
                Optional.of(SECOND), OptionalLong.of(60), Optional.of(Duration.ofSeconds(61))),
        "timespan ≠ granularity × points: PT1M1S, PT1S × 60 (expected: equal, or only two");
    assertMalformed(
        () -> Definition.of(Duration.ofHours(2), Duration.ofHours(1)),
        "timespan: PT1H (expected: >= the granularity, PT2H)");
  }

  @Test
  void definition_outOfBounds_isRefused() {
    Duration max = ArchivePolicy.MAX_TIMESPAN;
    OptionalLong none = OptionalLong.empty();
    for (Duration granularity :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofNanos(1_500_000),
            Duration.ofSeconds(-1),
            max.plusMillis(1),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
            Duration.ofSeconds(Long.MIN_VALUE))) {
      assertMalformed(() -> new Definition(granularity, none), "granularity: " + granularity);
      assertMalformed(() -> Definition.of(granularity, Duration.ofDays(9)), "granularity: ");
      assertMalformed(
          () ->
              Definition.of(
                  SECOND,
                  granularity.equals(Duration.ofNanos(1_500_000)) ? Duration.ZERO : granularity),
          "timespan: ");
    }
    for (long points : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertMalformed(() -> new Definition(SECOND, OptionalLong.of(points)), "points: " + points);
      assertMalformed(
          () -> Definition.of(Optional.empty(), OptionalLong.of(points), Optional.of(SECOND)),
          points > 0 ? "granularity: PT0S" : "points: " + points);
    }
    assertThat(new Definition(max, OptionalLong.of(1)).timespan()).contains(max);
    assertThat(new Definition(Duration.ofMillis(1), OptionalLong.of(max.toMillis())).timespan())
        .contains(max);
  }

  /** Whatever the numbers: the three agree afterwards, or one line says which does not do. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void definition_anyNumbers_agreeOrAreRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int made = 0;
    for (int i = 0; i < 20_000; i++) {
      Optional<Duration> granularity = randomDuration(random);
      OptionalLong points =
          random.nextInt(3) == 0 ? OptionalLong.empty() : OptionalLong.of(number(random));
      Optional<Duration> timespan = randomDuration(random);
      String given = "seed " + seed + ": " + granularity + ", " + points + ", " + timespan;
      try {
        Definition definition = Definition.of(granularity, points, timespan);
        made++;
        assertThat(definition.granularityMillis()).as(given).isPositive();
        granularity.ifPresent(one -> assertThat(definition.granularity()).as(given).isEqualTo(one));
        points.ifPresent(one -> assertThat(definition.points()).as(given).hasValue(one));
        if (timespan.isPresent()) {
          Duration kept = definition.timespan().orElseThrow();
          assertThat(kept).as(given).isLessThanOrEqualTo(timespan.get());
          assertThat(timespan.get().minus(kept).toMillis())
              .as(given)
              .isLessThan(Math.max(definition.granularityMillis(), points.orElse(0)));
        }
      } catch (GatewayException e) {
        assertThat(e.kind()).as(given).isEqualTo(Kind.MALFORMED);
        assertThat(e).as(given).hasMessageContaining("(expected: ");
      }
    }
    assertThat(made).isGreaterThan(1_000);
  }

  private static Optional<Duration> randomDuration(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> Optional.empty();
      case 2 -> Optional.of(Duration.ofNanos(number(random)));
      case 3 -> Optional.of(Duration.ofSeconds(number(random)));
      default -> Optional.of(Duration.ofMillis(number(random)));
    };
  }

  /** Often a small one, sometimes any. */
  private static long number(SplittableRandom random) {
    return random.nextInt(20) == 0
        ? random.nextLong() >> random.nextInt(64)
        : 1 + random.nextLong(1L << 1 + random.nextInt(40));
  }

  @Test
  void policy_sortsItsGranularities_andNeedsEachOnce() {
    Definition fine = Definition.of(SECOND, Duration.ofHours(1));
    Definition coarse = Definition.of(Duration.ofMinutes(1), Duration.ofDays(1));

    assertThat(policy(0, coarse, fine).definitions()).containsExactly(fine, coarse);
    assertMalformed(
        () -> policy(0, fine, coarse, Definition.of(SECOND, Duration.ofDays(1))),
        "archive policy 'p', granularity: PT1S twice (expected: each once)");
  }

  @Test
  void policy_methodsWithoutGranularities_orTheOtherWayRound_isRefused() {
    List<AggregationMethod> mean = List.of(AggregationMethod.of(Function.MEAN));
    Definition definition = Definition.of(SECOND, Duration.ofHours(1));

    assertMalformed(
        () -> new ArchivePolicy("p", SECOND, 0, mean, List.of()),
        "archive policy 'p': 1 aggregation methods for 0 granularities (expected: both or none)");
    assertMalformed(
        () -> new ArchivePolicy("p", SECOND, 0, List.of(), List.of(definition)), "0 aggregation");
  }

  @Test
  void policy_backWindowBeyondAllTime_isRefused() {
    Definition years = new Definition(Duration.ofDays(365), OptionalLong.empty());

    assertThat(policy(999, years).rawTimespan()).isEqualTo(Duration.ofDays(365_000));
    assertMalformed(
        () -> policy(1000, years), "archive policy 'p', back window: 1000 (expected: 0 to 999)");
    assertMalformed(() -> policy(-1, years), "back window: -1");
  }

  @Test
  void policy_rawOutOfBounds_isRefused() {
    for (Duration raw :
        List.of(
            Duration.ofMillis(-1),
            Duration.ofNanos(1),
            Duration.ofNanos(1_500_000),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertMalformed(
          () -> new ArchivePolicy("p", raw, 0, List.of(), List.of()),
          "archive policy 'p', raw: " + raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "\u0000", "half a \ud83d"})
  void policy_nameThatIsNoText_isRefused(String name) {
    assertMalformed(
        () -> new ArchivePolicy(name, SECOND, 0, List.of(), List.of()),
        "archive policy '" + name + "' (expected: a name of 1 to 255 characters");
  }

  @Test
  void rawTimespan_coversWhatAggregationNeeds() {
    Definition fine = Definition.of(SECOND, Duration.ofHours(1));
    Definition hourly = Definition.of(Duration.ofHours(1), Duration.ofDays(1));

    assertThat(policy(0, fine, hourly).rawTimespan()).isEqualTo(Duration.ofHours(1));
    assertThat(policy(2, fine, hourly).rawTimespan()).isEqualTo(Duration.ofHours(3));
    assertThat(BuiltInPolicies.STANDARD.rawTimespan()).isEqualTo(Duration.ofDays(2));
    assertThat(ArchivePolicy.RAW.rawTimespan()).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void builtIns_areGnocchisAndOurs() {
    assertThat(BuiltInPolicies.ALL)
        .extracting(ArchivePolicyTest::shown)
        .containsExactly(
            "low: raw PT0S, back 0, [mean, min, max, sum, std, count], PT5M × 8640",
            "medium: raw PT0S, back 0, [mean, min, max, sum, std, count],"
                + " PT1M × 10080, PT1H × 8760",
            "high: raw PT0S, back 0, [mean, min, max, sum, std, count],"
                + " PT1S × 3600, PT1M × 10080, PT1H × 8760",
            "bool: raw PT0S, back 3600, [last], PT1S × 31536000",
            "standard: raw PT48H, back 0, [mean, min, max, sum, count, last, increase],"
                + " PT5M × 2016, PT1H × 2160",
            "raw: raw PT48H, back 0, [], ");
    assertThat(BuiltInPolicies.named("bool")).contains(BuiltInPolicies.BOOL);
    assertThat(BuiltInPolicies.named("absent")).isEmpty();
  }

  private static String shown(ArchivePolicy policy) {
    return policy.name()
        + ": raw "
        + policy.raw()
        + ", back "
        + policy.backWindow()
        + ", "
        + policy.methods()
        + ", "
        + String.join(
            ", ",
            policy.definitions().stream()
                .map(one -> one.granularity() + " × " + one.points().orElseThrow())
                .toList());
  }

  private static ArchivePolicy policy(int backWindow, Definition... definitions) {
    return new ArchivePolicy(
        "p",
        Duration.ZERO,
        backWindow,
        List.of(AggregationMethod.of(Function.MEAN)),
        List.of(definitions));
  }

  private static void assertMalformed(ThrowingCallable call, String message) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(call)
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
  }
}
