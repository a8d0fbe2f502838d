package orzo.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;

class SeriesCacheTest {
  private static final Tenant ANN = new Tenant("ann");
  private static final Tenant BOB = new Tenant("bob");
  private static final long SEED = 42;

  private static void put(SeriesCache cache, Tenant tenant, String key, long ref) {
    byte[] bytes = key.getBytes(UTF_8);
    cache.put(tenant, bytes, 0, bytes.length, ref);
  }

  private static long find(SeriesCache cache, Tenant tenant, String key) {
    byte[] bytes = ("<" + key + ">").getBytes(UTF_8);
    return cache.find(tenant, bytes, 1, bytes.length - 2);
  }

  private static void check(SeriesCache cache, long limitBytes) {
    assertThat(cache.count()).containsExactly(cache.size(), cache.sizeBytes());
    assertThat(cache.sizeBytes()).isBetween(0L, limitBytes);
    assertThat(cache.insertions() - cache.evictions()).isEqualTo(cache.size());
  }

  @Test
  void find_whatWasPut_isItsReference() {
    SeriesCache cache = new SeriesCache(1 << 20, SEED);
    long ref = SeriesRef.of(63, Integer.MAX_VALUE);
    put(cache, ANN, "up", ref);
    put(cache, ANN, "", 7);
    assertThat(find(cache, ANN, "up")).isEqualTo(ref);
    assertThat(find(cache, ANN, "")).isEqualTo(7);
    check(cache, 1 << 20);
  }

  @Test
  void find_otherBytesOrTenant_isAbsent() {
    SeriesCache cache = new SeriesCache(1 << 20, SEED);
    put(cache, ANN, "up", 1);
    assertThat(find(cache, ANN, "u")).isEqualTo(SeriesCache.ABSENT);
    assertThat(find(cache, ANN, "up1")).isEqualTo(SeriesCache.ABSENT);
    assertThat(find(cache, BOB, "up")).isEqualTo(SeriesCache.ABSENT);
  }

  @Test
  void find_whenAllHashesAreEqual_comparesBytesAndTenant() {
    SeriesCache cache = new SeriesCache(1 << 20, (_, _, _) -> 0);
    Tenant sameHash = new Tenant("Aa"); // "Aa" and "BB" have one String.hashCode
    Tenant alike = new Tenant("BB");
    for (int i = 0; i < 200; i++) {
      put(cache, sameHash, "series " + i, i);
      put(cache, alike, "series " + i, 1000 + i);
    }
    for (int i = 0; i < 200; i++) {
      assertThat(find(cache, sameHash, "series " + i)).isEqualTo(i);
      assertThat(find(cache, alike, "series " + i)).isEqualTo(1000 + i);
    }
    assertThat(find(cache, alike, "series 200")).isEqualTo(SeriesCache.ABSENT);
    check(cache, 1 << 20);
  }

  @Test
  void put_again_replaces() {
    SeriesCache cache = new SeriesCache(1 << 20, SEED);
    put(cache, ANN, "up", 1);
    put(cache, ANN, "up", 2);
    assertThat(find(cache, ANN, "up")).isEqualTo(2);
    assertThat(cache.size()).isEqualTo(1);
    check(cache, 1 << 20);
  }

  @Test
  void put_keepsItsOwnCopy() {
    SeriesCache cache = new SeriesCache(1 << 20, SEED);
    byte[] bytes = {1, 2, 3};
    cache.put(ANN, bytes, 0, 3, 5);
    bytes[0] = 9;
    assertThat(cache.find(ANN, bytes, 0, 3)).isEqualTo(SeriesCache.ABSENT);
    assertThat(cache.find(ANN, new byte[] {1, 2, 3}, 0, 3)).isEqualTo(5);
  }

  @Test
  void put_longerThanTheLimit_isLeftOut() {
    SeriesCache cache = new SeriesCache(200, SEED);
    cache.put(ANN, new byte[201 - SeriesCache.ENTRY_BYTES], 0, 201 - SeriesCache.ENTRY_BYTES, 1);
    assertThat(cache.size()).isZero();
  }

  @Test
  void constructor_limitOfZero_throws() {
    assertThatThrownBy(() -> new SeriesCache(0, SEED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limitBytes: 0 (expected: > 0)");
  }

  @Test
  void put_whenFull_evictsWhatWasNotFound() {
    long limit = 100L * (SeriesCache.ENTRY_BYTES + 10);
    SeriesCache cache = new SeriesCache(limit, SEED);
    for (int i = 0; i < 50; i++) {
      put(cache, ANN, "kept%06d".formatted(i), i);
    }
    for (int i = 0; i < 100_000; i++) {
      put(cache, ANN, "once%06d".formatted(i), i);
      if (i % 10 == 0) { // what comes with every scrape, among many that come once
        for (int k = 0; k < 50; k++) {
          assertThat(find(cache, ANN, "kept%06d".formatted(k))).as("series %d", k).isEqualTo(k);
        }
      }
    }
    assertThat(cache.size()).isBetween(90, 100);
    check(cache, limit);
  }

  private static long find(SeriesCache.Lookup lookup, Tenant tenant, String key) {
    byte[] bytes = key.getBytes(UTF_8);
    return lookup.find(tenant, bytes, 0, bytes.length);
  }

  @Test
  void lookup_inTheOrderOfBefore_expectsWhatComes() {
    SeriesCache cache = new SeriesCache(1 << 20, SEED);
    SeriesCache.Lookup lookup = cache.lookup();
    for (String key : new String[] {"a", "bb", "ccc"}) {
      put(cache, ANN, key, key.length());
      put(cache, BOB, key, 10 + key.length());
    }
    for (String key : new String[] {"a", "bb", "ccc"}) {
      assertThat(find(lookup, ANN, key)).isEqualTo(key.length());
    }
    SeriesCache.Lookup other = cache.lookup(); // what one has learnt serves all
    assertThat(find(other, ANN, "a")).isEqualTo(1);
    byte[] bytes = "bbb".getBytes(UTF_8);
    assertThat(other.expect(BOB, bytes, 0, 3)).isNegative();
    assertThat(other.expect(ANN, bytes, 0, 1)).isNegative();
    assertThat(other.expect(ANN, "bx".getBytes(UTF_8), 0, 2)).isNegative();
    assertThat(other.expect(ANN, bytes, 0, 3)).isEqualTo(2);
    assertThat(other.ref()).isEqualTo(2);
    assertThat(find(other, ANN, "a")).isEqualTo(1);
    assertThat(find(other, ANN, "nobody")).isEqualTo(SeriesCache.ABSENT);
    assertThat(other.ref()).isEqualTo(SeriesCache.ABSENT);
    assertThat(other.expect(ANN, bytes, 0, 3)).isNegative();
    assertThat(find(other, ANN, "ccc")).isEqualTo(3);
  }

  @Test
  void lookup_ofWhatWasEvictedAndPutAgain_findsTheNew() {
    long limit = 3L * (SeriesCache.ENTRY_BYTES + 1);
    SeriesCache cache = new SeriesCache(limit, SEED);
    SeriesCache.Lookup lookup = cache.lookup();
    for (int round = 0; round < 1000; round++) {
      for (int i = 0; i < 10; i++) { // ten series take turns in the room of three
        String key = Integer.toString(i);
        long found = find(lookup, ANN, key);
        assertThat(found).isIn(SeriesCache.ABSENT, 10L * (round - 1) + i);
        put(cache, ANN, key, 10L * round + i);
      }
      check(cache, limit);
    }
  }

  /** Every answer is right or absent, and the books are straight, whatever is put and found. */
  @Test
  void randomOperations_agreeWithAMap() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      long limit = random.nextInt(500, 20_500);
      int distinctHashes = 1 << random.nextInt(10);
      SeriesCache cache =
          new SeriesCache(
              limit,
              (bytes, offset, length) ->
                  (long) new String(bytes, offset, length, UTF_8).hashCode() % distinctHashes);
      SeriesCache.Lookup lookup = cache.lookup();
      Map<String, Long> model = new HashMap<>();
      for (int i = 0; i < 3000; i++) {
        Tenant tenant = random.nextBoolean() ? ANN : BOB;
        String key = "k".repeat(random.nextInt(30)) + random.nextInt(50);
        if (random.nextInt(3) == 0) {
          put(cache, tenant, key, i);
          model.put(tenant.id() + key, (long) i);
        } else if (random.nextInt(50) == 0) {
          lookup.restart();
        } else {
          byte[] bytes = key.getBytes(UTF_8);
          long found =
              switch (random.nextInt(3)) {
                case 0 -> find(cache, tenant, key);
                case 1 -> lookup.find(tenant, bytes, 0, bytes.length);
                default ->
                    lookup.expect(tenant, bytes, 0, bytes.length) == bytes.length
                        ? lookup.ref()
                        : SeriesCache.ABSENT;
              };
          assertThat(found)
              .as("seed %d, step %d", seed, i)
              .isIn(SeriesCache.ABSENT, model.getOrDefault(tenant.id() + key, SeriesCache.ABSENT));
        }
      }
      check(cache, limit);
    }
  }

  @Test
  void forgetDeleted_removesEntriesOfDeletedSeries_andNoneComesBack() {
    Set<Long> deleted = ConcurrentHashMap.newKeySet();
    SeriesCache cache = new SeriesCache(1 << 22, SEED, deleted::contains);
    for (int i = 0; i < 5_000; i++) {
      byte[] key = ("series " + i).getBytes(StandardCharsets.UTF_8);
      cache.put(Tenant.DEFAULT, key, 0, key.length, i);
    }
    for (long i = 0; i < 5_000; i += 3) {
      deleted.add(i);
    }

    cache.forgetDeleted();

    for (int i = 0; i < 5_000; i++) {
      byte[] key = ("series " + i).getBytes(StandardCharsets.UTF_8);
      assertThat(cache.find(Tenant.DEFAULT, key, 0, key.length))
          .isEqualTo(i % 3 == 0 ? SeriesCache.ABSENT : i);
      cache.put(Tenant.DEFAULT, key, 0, key.length, i);
    }
    assertThat(cache.size()).isEqualTo(5_000 - 1_667);
    assertThat(cache.count()).containsExactly(cache.size(), cache.sizeBytes());
  }

  @Test
  void findAndPut_byManyThreads_neverAnswerWrong() throws Exception {
    long limit = 300L * (SeriesCache.ENTRY_BYTES + 8);
    SeriesCache cache = new SeriesCache(limit, SEED);
    AtomicBoolean stop = new AtomicBoolean();
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      long seed = t;
      tasks.add(() -> {
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
          int key = random.nextInt(1000);
          put(cache, ANN, "%08d".formatted(key), key);
        }
        stop.set(true);
        return 0L;
      });
      tasks.add(() -> {
        Random random = new Random(~seed);
        long found = 0;
        while (!stop.get()) {
          int key = random.nextInt(1000);
          long ref = find(cache, ANN, "%08d".formatted(key));
          assertThat(ref).isIn(SeriesCache.ABSENT, (long) key);
          found += ref == SeriesCache.ABSENT ? 0 : 1;
        }
        return found;
      });
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(tasks.size())) {
      long found = 0;
      for (Future<Long> task : executor.invokeAll(tasks)) {
        found += task.get();
      }
      assertThat(found).isPositive();
    }
    assertThat(cache.evictions()).isPositive();
    check(cache, limit);
  }
}
