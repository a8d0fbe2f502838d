package orzo.carbon;

import java.util.function.LongPredicate;
import orzo.intake.SeriesCache;

/**
 * What is known of the paths that clients send. Lines and pickles have a cache each, because to the
 * one a path ends with the blank behind it, and to the other it may have blanks within. Safe for
 * many threads.
 */
public final class PathCaches {
  private final long limitBytes;
  private final long seed;
  private final LongPredicate deletedSeries;
  private volatile SeriesCache lines;
  private volatile SeriesCache pickles;

  /**
   * Creates empty caches.
   *
   * @param limitBytes how much memory both may take together
   * @param seed for hashing what clients choose; not to be known outside the process
   * @param deletedSeries whether the series of a reference is deleted
   */
  public PathCaches(long limitBytes, long seed, LongPredicate deletedSeries) {
    this.limitBytes = limitBytes;
    this.seed = seed;
    this.deletedSeries = deletedSeries;
    lines = empty();
    pickles = empty();
  }

  private SeriesCache empty() {
    // Below every reference stand paths that are refused; no series of theirs is deleted.
    return new SeriesCache(
        Math.max(1, limitBytes / 2), seed, ref -> ref >= 0 && deletedSeries.test(ref));
  }

  /** The cache of the paths of lines. */
  SeriesCache lines() {
    return lines;
  }

  /** The cache of the paths of pickles. */
  SeriesCache pickles() {
    return pickles;
  }

  /** How many paths are known. */
  public int size() {
    return lines.size() + pickles.size();
  }

  /** Removes deleted series, see {@link SeriesCache#forgetDeleted}. */
  public void forgetDeleted() {
    lines.forgetDeleted();
    pickles.forgetDeleted();
  }

  /** Forgets all paths, so that they are mapped anew: after the mapping has changed. */
  public void forgetAll() {
    lines = empty();
    pickles = empty();
  }
}
