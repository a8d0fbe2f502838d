package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.CatalogFollower;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.BuiltInPolicies;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.split.RawSplit;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.Lease;
import orzo.storage.OutageLog;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.contract.Flushes;
import orzo.upkeep.Janitor;
import orzo.upkeep.JanitorProgress.Removed;
import orzo.upkeep.MetricDeletion;

/**
 * A janitor on a real Redis. {@code -Dorzo.janitor.splits=1000000} makes it a measurement, which is
 * logged.
 */
class JanitorIT {
  private static final Logger log = LoggerFactory.getLogger(JanitorIT.class);
  private static final int SPLITS = Integer.getInteger("orzo.janitor.splits", 40_000);
  private static final int SPLITS_PER_SERIES = 20;
  private static final int SPLIT_BYTES = 300;
  private static final int SACKS = 2;
  private static final String DELETED = "goes";

  @Test
  void sweep_leavesNothingOfDeletedMetrics_andAllOfTheOthers() throws IOException {
    try (RedisUnderTest redis = new RedisUnderTest(Source.CARRIED)) {
      RedisConfig config = redis.emptyNamespace().withSacks(SACKS);
      try (RedisStorage storage = RedisStorage.connect(config)) {
        int series = SPLITS / SPLITS_PER_SERIES / 2 / SACKS; // of each kind, in each sack
        OutageLog outages = new OutageLog(System::nanoTime);
        SeriesIndex index = new SeriesIndex();
        CatalogFollower follower = new CatalogFollower(storage, index, Duration.ofDays(1), outages);
        Janitor janitor =
            new Janitor(
                storage,
                index,
                follower,
                BuiltInPolicies::named,
                () -> true,
                Janitor.Settings.every(Duration.ofHours(1)),
                InstantSource.system()::millis,
                outages);
        fill(storage, "stays", 0, series);
        long before = usedMemory(redis);
        fill(storage, DELETED, series, series);
        long full = usedMemory(redis);
        follower.catchUp();

        long deleted =
            new MetricDeletion(storage.catalog(), index, follower)
                .delete(
                    Tenant.DEFAULT,
                    List.of(
                        List.of(
                            orzo.index.Matcher.of(
                                "__name__", orzo.index.Matcher.Operation.EQUAL, DELETED))));
        assertThat(deleted).isEqualTo((long) SACKS * series);
        double redisCpu = redisCpuSeconds(redis);
        long ownCpu = ownCpuNanos();
        assertThat(janitor.sweep()).isTrue();

        log.info(
            "sweep of {} keys, half of them removed: {} ms, CPU of Redis {} s, of this JVM {} s",
            SPLITS,
            janitor.progress().lastDuration().toMillis(),
            redisCpuSeconds(redis) - redisCpu,
            (ownCpuNanos() - ownCpu) / 1e9);
        assertThat(janitor.progress().splits()).isGreaterThanOrEqualTo(SPLITS);
        assertThat(janitor.progress().removed(Removed.DELETED_SERIES)).isEqualTo(SPLITS / 2);
        for (int sack = 0; sack < SACKS; sack++) {
          assertThat(kept(storage, sack, series)).isEqualTo(series * SPLITS_PER_SERIES);
        }
        assertThat(redis.commands().dbsize()).isLessThan(SPLITS / 2 + 100L);
        // What deletions are remembered by goes an hour later; it is small beside the splits.
        assertThat(usedMemory(redis) - before).isLessThan((full - before) / 4);

        double secondCpu = redisCpuSeconds(redis);
        ownCpu = ownCpuNanos();
        assertThat(janitor.sweep()).isTrue();
        log.info(
            "sweep of {} keys, none removed: {} ms, CPU of Redis {} s, of this JVM {} s",
            SPLITS / 2,
            janitor.progress().lastDuration().toMillis(),
            redisCpuSeconds(redis) - secondCpu,
            (ownCpuNanos() - ownCpu) / 1e9);
        assertThat(janitor.progress().removed(Removed.DELETED_SERIES)).isEqualTo(SPLITS / 2);
        assertThat(janitor.progress().retired()).isZero();
      }
    }
  }

  private static int kept(RedisStorage storage, int sack, int series) {
    int kept = 0;
    for (int one = 0; one < series; one++) {
      kept += storage.splits().read(sack, keys(one)).size();
    }
    return kept;
  }

  private static void fill(RedisStorage storage, String name, int first, int series) {
    for (int sack = 0; sack < SACKS; sack++) {
      List<Metric> metrics = IntStream.range(0, series).mapToObj(i -> metric(name, i)).toList();
      assertThat(storage.catalog().register(sack, metrics)[0]).isEqualTo(first);
      Lease lease = storage.leases().acquire(sack, "node", Duration.ofHours(1)).orElseThrow();
      List<SplitWrite> writes = new ArrayList<>();
      for (int one = first; one < first + series; one++) {
        for (SplitKey key : keys(one)) {
          writes.add(new SplitWrite(key, SplitWrite.REPLACE, new byte[SPLIT_BYTES], 86_400));
        }
        if (writes.size() >= 1_000 || one + 1 == first + series) {
          assertThat(Flushes.flush(storage, lease, writes, BacklogPosition.START))
              .isEqualTo(FlushOutcome.FLUSHED);
          writes.clear();
        }
      }
    }
  }

  private static List<SplitKey> keys(int series) {
    return IntStream.range(0, SPLITS_PER_SERIES)
        .mapToObj(i -> new SplitKey(series, (118_000L + i) * RawSplit.SPAN_MILLIS))
        .toList();
  }

  private static Metric metric(String name, int i) {
    return Metric.of(
        Tenant.DEFAULT, Labels.of("__name__", name, "host", "h" + i), ArchivePolicy.RAW.name());
  }

  private static long usedMemory(RedisUnderTest redis) {
    return (long) info(redis, "memory", "used_memory:([0-9]+)");
  }

  private static double redisCpuSeconds(RedisUnderTest redis) {
    return info(redis, "cpu", "used_cpu_user:([0-9.]+)")
        + info(redis, "cpu", "used_cpu_sys:([0-9.]+)");
  }

  private static double info(RedisUnderTest redis, String section, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(redis.commands().info(section));
    assertThat(matcher.find()).as(pattern).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  private static long ownCpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
