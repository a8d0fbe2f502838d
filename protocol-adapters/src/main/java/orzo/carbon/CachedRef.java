package orzo.carbon;

import orzo.intake.Rejection;

/**
 * What the cache of paths holds: the reference of a series, or why a path stands for none, so that
 * a path that is refused costs no more than one that is taken.
 */
final class CachedRef {
  private static final Rejection[] REASONS = Rejection.values();

  /** Below every reference, and below what the cache says of paths that it does not have. */
  private static final long FIRST_REFUSAL = -2;

  private CachedRef() {}

  /** Stands for a path that is refused. */
  static long refused(Rejection reason) {
    return FIRST_REFUSAL - reason.ordinal();
  }

  /** Whether it stands for a path that is refused. */
  static boolean isRefused(long ref) {
    return ref <= FIRST_REFUSAL;
  }

  /** Why the path is refused. */
  static Rejection reason(long refused) {
    return REASONS[(int) (FIRST_REFUSAL - refused)];
  }
}
