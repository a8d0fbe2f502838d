package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.BuiltInPolicies;
import orzo.redis.RedisFootprint.Kind;
import orzo.redis.RedisFootprint.Share;

class RedisFootprintTest {
  private static final Duration SCRAPE = Duration.ofSeconds(15);

  @Test
  void raw_isSamplesAndTheKeysOfTheirSplits() {
    List<Share> shares = RedisFootprint.of(ArchivePolicy.RAW, SCRAPE);

    assertThat(shares).extracting(Share::kind).containsExactly(Kind.RAW, Kind.CATALOG);
    // 48 hours, and two more because a split goes as a whole: 50 h of 240 samples, 12.5 keys.
    assertThat(shares.getFirst().items()).isEqualTo(12_000);
    assertThat(shares.getFirst().bytes())
        .isEqualTo(
            12_000 * RedisFootprint.SAMPLE_BYTES + 12.5 * RedisFootprint.SPLIT_KEY_BYTES,
            within(1e-6));
    assertThat(shares.getLast().bytes()).isEqualTo(RedisFootprint.SERIES_BYTES);
  }

  @Test
  void standard_isSamplesWindowsAndTheCatalog() {
    List<Share> shares = RedisFootprint.of(BuiltInPolicies.STANDARD, SCRAPE);

    assertThat(shares)
        .extracting(Share::kind)
        .containsExactly(Kind.RAW, Kind.WINDOWS, Kind.WINDOWS, Kind.CATALOG);
    assertThat(shares).extracting(Share::items).containsExactly(12_000.0, 2_016.0, 2_160.0, 1.0);
    assertThat(shares.get(2).bytes())
        .isEqualTo(
            2_160 * RedisFootprint.STANDARD_WINDOW_BYTES + 4.5 * RedisFootprint.SPLIT_KEY_BYTES,
            within(1e-6));
  }

  @Test
  void windows_areNoMoreThanSamples() {
    Share windows = RedisFootprint.of(BuiltInPolicies.BOOL, Duration.ofHours(1)).get(1);

    assertThat(windows.items()).isEqualTo(365 * 24);
    assertThat(windows.forGood()).isFalse();
  }

  @Test
  void windows_keptForGood_areCountedForAYear() {
    ArchivePolicy policy =
        new ArchivePolicy(
            "p",
            Duration.ZERO,
            0,
            BuiltInPolicies.DEFAULT_METHODS,
            List.of(new Definition(Duration.ofHours(1), OptionalLong.empty())));
    Share windows = RedisFootprint.of(policy, SCRAPE).get(1);

    assertThat(windows.items()).isEqualTo(365 * 24);
    assertThat(windows.forGood()).isTrue();
  }

  @Test
  void windows_ofFewMethods_areSmaller() {
    double bool = RedisFootprint.of(BuiltInPolicies.BOOL, SCRAPE).get(1).bytes();
    ArchivePolicy all =
        new ArchivePolicy(
            "all",
            Duration.ZERO,
            0,
            BuiltInPolicies.DEFAULT_METHODS,
            BuiltInPolicies.BOOL.definitions());

    assertThat(bool).isLessThan(RedisFootprint.of(all, SCRAPE).get(1).bytes());
  }
}
