package orzo.conformance.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import orzo.cache.CachedSplitStore;
import orzo.encoding.ByteArrayWriter;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.ArchivePolicy;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.read.ReadBudget;
import orzo.read.StoredSeriesReader;
import orzo.read.Tail;
import orzo.read.Tails;
import orzo.redis.RedisConfig;
import orzo.redis.RedisStorage;
import orzo.redis.embedded.EmbeddedRedis;
import orzo.split.RawSplit;
import orzo.split.RawSplitEncoder;
import orzo.split.SampleBuffer;
import orzo.storage.Flush;
import orzo.storage.Lease;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.SplitsAtHand;

/**
 * Reading five minutes of 1,000 series over 16 sacks, as an instant query does, from a Redis of its
 * own: milliseconds per query. After each trial it prints what a query cost Java and Redis in CPU
 * time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class SplitCacheBenchmark {
  private static final int SACKS = 16;
  private static final int SERIES = 1_000;
  private static final long START = RawSplit.startOf(1_800_000_000_000L);
  private static final long NOW = START + Duration.ofHours(2).toMillis();

  /** Bytes of the cache; 0 for none. */
  @Param({"0", "67108864"})
  public long cacheBytes;

  private final SeriesIndex index = new SeriesIndex();
  private final ExecutorService processors = Executors.newFixedThreadPool(2);
  private final LongAdder samples = new LongAdder();
  private @Nullable Path directory;
  private @Nullable EmbeddedRedis server;
  private @Nullable RedisStorage storage;
  private @Nullable StoredSeriesReader reader;
  private long queries;
  private long javaNanos;
  private double redisSeconds;

  /** Starts Redis, and fills it. */
  @Setup
  public void fill() throws Exception {
    directory = Files.createTempDirectory("orzo-benchmark");
    server = EmbeddedRedis.start(directory);
    storage = RedisStorage.connect(RedisConfig.of(server.url()).withSacks(SACKS));
    SplittableRandom random = new SplittableRandom(1);
    List<List<SplitWrite>> writes = new ArrayList<>();
    for (int sack = 0; sack < SACKS; sack++) {
      writes.add(new ArrayList<>());
    }
    for (int i = 0; i < SERIES; i++) {
      int sack = i % SACKS;
      index.add(
          SeriesRef.of(sack, i / SACKS),
          Tenant.DEFAULT,
          Labels.of("__name__", "requests_total", "instance", "i" + i));
      writes.get(sack).add(split(new SplitKey(i / SACKS, START), random));
    }
    for (int sack = 0; sack < SACKS; sack++) {
      Lease lease = storage.leases().acquire(sack, "it", Duration.ofMinutes(1)).orElseThrow();
      var stored = storage.splits().checkpoint(sack);
      storage
          .splits()
          .flush(lease, new Flush(stored, stored.position(), 0, writes.get(sack), List.of()));
    }
    SplitStore splits = storage.splits();
    SplitsAtHand atHand = SplitsAtHand.NONE;
    if (cacheBytes > 0) {
      CachedSplitStore cache =
          new CachedSplitStore(splits, storage.watchSplits().orElseThrow(), SACKS, cacheBytes);
      splits = cache;
      atHand = cache;
    }
    reader =
        new StoredSeriesReader(
            index,
            splits,
            atHand,
            new NoTails(),
            processors,
            (_, _) -> ArchivePolicy.RAW,
            () -> NOW);
  }

  private static SplitWrite split(SplitKey key, SplittableRandom random) {
    SampleBuffer buffer = new SampleBuffer(512);
    double value = random.nextInt(1_000_000);
    for (long at = START + random.nextInt(15_000); at <= NOW; at += 15_000) {
      value += random.nextInt(100);
      buffer.add(at, value);
    }
    ByteArrayWriter out = new ByteArrayWriter(1_024);
    new RawSplitEncoder().encode(START, buffer, 0, buffer.size, out);
    return new SplitWrite(key, SplitWrite.REPLACE, out.toByteArray(), 3_600);
  }

  /** One query. */
  @Benchmark
  public long query() {
    samples.reset();
    if (reader != null) {
      reader
          .select(
              Tenant.DEFAULT,
              List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, "requests_total")))
          .scan(NOW - 300_000, NOW, ReadBudget.UNBOUNDED, (_, found) -> samples.add(found.size));
    }
    if (samples.sum() != SERIES * 20L) {
      throw new IllegalStateException("found " + samples.sum() + " samples");
    }
    queries++;
    return samples.sum();
  }

  /** Notes the clocks. */
  @Setup(Level.Iteration)
  public void begin() {
    queries = 0;
    javaNanos = javaNanos();
    redisSeconds = redisSeconds();
  }

  /** Prints what a query cost. */
  @TearDown(Level.Iteration)
  public void tell() {
    System.out.printf(
        "[CPU per query: Java %.3f ms, Redis %.3f ms] ",
        (javaNanos() - javaNanos) / 1e6 / queries, (redisSeconds() - redisSeconds) * 1e3 / queries);
  }

  private static long javaNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** What the kernel counts for the server's process. */
  private double redisSeconds() {
    return server == null
        ? 0
        : ProcessHandle.of(server.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos()
            / 1e9;
  }

  /** Ends everything. */
  @TearDown
  public void close() {
    processors.shutdown();
    if (storage != null) {
      storage.close();
    }
    if (server != null) {
      server.close();
    }
    if (directory != null) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Everything is flushed. */
  private static final class NoTails implements Tails {
    @Override
    public void catchUp(int sack) {}

    @Override
    public List<@Nullable Tail> copy(int sack, int[] series, long fromMillis, long toMillis) {
      return Collections.nCopies(series.length, null);
    }

    @Override
    public Optional<List<@Nullable Tail>> copyAtHand(
        int sack, int[] series, long fromMillis, long toMillis) {
      return Optional.of(copy(sack, series, fromMillis, toMillis));
    }
  }
}
