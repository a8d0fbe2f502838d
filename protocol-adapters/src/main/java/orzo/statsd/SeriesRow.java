package orzo.statsd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;

/**
 * The series that the statistics of one key and type are written to. Its references belong to the
 * thread that writes to storage; everything else never changes.
 */
final class SeriesRow {
  /** What the statistics are of. */
  enum Kind {
    COUNTER,
    TIMER,
    GAUGE,
    SET,
    /** What the daemon tells about a flush. */
    OWN
  }

  /** A reference that was not asked for yet. */
  static final long UNKNOWN = -1;

  /** From here down: references that there will never be, by the reason's number. */
  private static final long REFUSED = -2;

  private static final Rejection[] REASONS = Rejection.values();

  final StatKey key;
  final Kind kind;

  /** The statistics of a timer; null for other kinds. */
  final @Nullable TimerLayout layout;

  /** By statistic. */
  final long[] refs;

  private int generation;

  SeriesRow(StatKey key, Kind kind, @Nullable TimerLayout layout, int statistics) {
    this.key = key;
    this.kind = kind;
    this.layout = layout;
    this.refs = new long[statistics];
    Arrays.fill(refs, UNKNOWN);
  }

  /** Forgets the references that are of another generation. */
  void forgetUnless(int current) {
    if (generation != current) {
      generation = current;
      Arrays.fill(refs, UNKNOWN);
    }
  }

  /** Stands for a reference that there will never be. */
  static long refused(Rejection reason) {
    return REFUSED - reason.ordinal();
  }

  /** Whether there will never be a reference. */
  static boolean isRefused(long ref) {
    return ref <= REFUSED;
  }

  /** Why there will never be a reference. */
  static Rejection reason(long refused) {
    return REASONS[(int) (REFUSED - refused)];
  }
}
