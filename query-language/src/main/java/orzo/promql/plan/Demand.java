package orzo.promql.plan;

import orzo.fold.AggregateSplit;

/**
 * What a selector is evaluated for.
 *
 * @param function the function of its range vector; empty for an instant selector
 * @param firstMillis the first time that it looks at
 * @param stepMillis how far the next one lies ahead; 0 when there is only one
 * @param lastMillis the last time
 * @param windowMillis the range, or how far an instant selector looks back
 */
public record Demand(
    String function, long firstMillis, long stepMillis, long lastMillis, long windowMillis) {
  /** Whether it is an instant selector. */
  public boolean isInstant() {
    return function.isEmpty();
  }

  /** The first time of which a sample may matter. */
  public long fromMillis() {
    return firstMillis - windowMillis + 1;
  }

  Needs needs() {
    return isInstant() ? Needs.INSTANT : Needs.of(function);
  }

  /** The start of the first window that is needed. */
  long windowsFrom(long granularityMillis) {
    return AggregateSplit.windowOf(granularityMillis, fromMillis());
  }

  /** Whether windows of this length make up what every evaluation looks at. */
  boolean isAlignedTo(long granularityMillis) {
    return firstMillis % granularityMillis == 0
        && (firstMillis == lastMillis || stepMillis % granularityMillis == 0)
        && (isInstant() || windowMillis % granularityMillis == 0);
  }

  /** What it is, for an asker. */
  String name() {
    return isInstant() ? "an instant selector" : function;
  }
}
