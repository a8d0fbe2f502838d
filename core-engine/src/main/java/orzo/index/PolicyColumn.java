package orzo.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import orzo.metric.SeriesRef;

/**
 * The archive policy of each series, as one reference to a shared string: 4 bytes for a series,
 * since the integers of a sack are dense. Safe for many threads.
 */
final class PolicyColumn {
  /** A policy's name, and how many series have it. */
  private static final class Holders {
    final String name;
    long count;

    Holders(String name) {
      this.name = name;
    }
  }

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, Holders> byName = new HashMap<>(); // guarded by lock
  private final List<@Nullable String[]> bySack = new ArrayList<>(); // guarded by lock

  /** Sets the policy of a series; one that has a policy keeps it, as it does for all its life. */
  void put(long ref, String policy) {
    int sack = SeriesRef.sack(ref);
    int series = SeriesRef.series(ref);
    lock.writeLock().lock();
    try {
      while (bySack.size() <= sack) {
        bySack.add(new String[16]);
      }
      @Nullable String[] names = bySack.get(sack);
      if (series >= names.length) {
        names = Arrays.copyOf(names, Math.max(series + 1, names.length + (names.length >> 1)));
        bySack.set(sack, names);
      }
      if (names[series] == null) {
        Holders holders = byName.computeIfAbsent(policy, Holders::new);
        holders.count++;
        names[series] = holders.name;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  Optional<String> get(long ref) {
    int sack = SeriesRef.sack(ref);
    int series = SeriesRef.series(ref);
    lock.readLock().lock();
    try {
      if (sack >= bySack.size() || series >= bySack.get(sack).length) {
        return Optional.empty();
      }
      return Optional.ofNullable(bySack.get(sack)[series]);
    } finally {
      lock.readLock().unlock();
    }
  }

  long count(String policy) {
    lock.readLock().lock();
    try {
      Holders holders = byName.get(policy);
      return holders == null ? 0 : holders.count;
    } finally {
      lock.readLock().unlock();
    }
  }
}
