package orzo.carbon;

import java.time.Duration;

/**
 * What carbon's clients may cost.
 *
 * @param lineBytes length of a line, without its end; longer ones are skipped
 * @param pickleBytes length of a pickle; a longer one ends its connection
 * @param partialPickleBytes what all pickles that have arrived in part may hold together; beyond it
 *     they are read one after the other
 * @param connections connections of all TCP listeners together
 * @param idleTimeout how long a connection may send nothing; zero: as long as it likes
 */
public record CarbonLimits(
    int lineBytes,
    int pickleBytes,
    long partialPickleBytes,
    int connections,
    Duration idleTimeout) {
  /** Carbon's own limits, and some that carbon does not have. */
  public static final CarbonLimits DEFAULT =
      new CarbonLimits(16 << 10, 1 << 20, 64 << 20, 10_000, Duration.ZERO);

  /** Checks that all limits are positive. */
  public CarbonLimits {
    requirePositive("lineBytes", lineBytes);
    requirePositive("pickleBytes", pickleBytes);
    requirePositive("partialPickleBytes", partialPickleBytes);
    requirePositive("connections", connections);
    if (idleTimeout.isNegative()) {
      throw new IllegalArgumentException("idleTimeout: " + idleTimeout + " (expected: >= 0)");
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
