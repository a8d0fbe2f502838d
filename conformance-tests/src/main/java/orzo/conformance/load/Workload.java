package orzo.conformance.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * What is sent: the same workload gives the same bodies, byte for byte.
 *
 * @param series how many series
 * @param warmUpScrapes scrapes before {@code start}, sent before anything is measured
 * @param scrapes scrapes from {@code start} on
 * @param interval between two scrapes of a host
 * @param start of the first measured scrape
 * @param timing how the timestamps of the hosts' scrapes lie
 * @param samplesPerBody samples in one request; the last one of a connection may have fewer
 * @param connections that send at the same time; each has its own share of the series
 * @param seed of all that is random
 */
public record Workload(
    int series,
    int warmUpScrapes,
    int scrapes,
    Duration interval,
    Instant start,
    Timing timing,
    int samplesPerBody,
    int connections,
    long seed) {
  /** How the timestamps of scrapes lie. */
  public enum Timing {
    /**
     * As a Prometheus server has them: each host at its own offset in the interval, and one scrape
     * in ten a few milliseconds late.
     */
    SCRAPED,
    /** All hosts at the same whole interval. */
    ALIGNED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Validates the numbers. */
  public Workload {
    atLeast("series", series, 1);
    atLeast("warm-up scrapes", warmUpScrapes, 0);
    atLeast("scrapes", scrapes, 1);
    atLeast("samples per body", samplesPerBody, 1);
    atLeast("connections", connections, 1);
    if (connections > series) {
      throw new IllegalArgumentException(
          "connections: "
              + connections
              + " (expected: at most one for each of "
              + series
              + " series)");
    }
    if (interval.toMillis() < 1000) {
      throw new IllegalArgumentException("interval: " + interval + " (expected: >= 1 s)");
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }

  /** The first series of a connection; {@code firstSeries(connections)} is the number of series. */
  int firstSeries(int connection) {
    return (int) ((long) series * connection / connections);
  }

  /** Samples that are measured. */
  long samples() {
    return (long) series * scrapes;
  }

  /** Samples with those of the warm-up. */
  long samplesWithWarmUp() {
    return (long) series * (warmUpScrapes + scrapes);
  }

  /** The timestamp in milliseconds before which no sample lies. */
  long firstMillis() {
    return start.toEpochMilli() - warmUpScrapes * interval.toMillis();
  }

  /** A timestamp in milliseconds after all samples. */
  long lastMillis() {
    return start.toEpochMilli() + scrapes * interval.toMillis() + 100;
  }

  /**
   * When a host was scraped.
   *
   * @param scrape counted from {@code start}; negative in the warm-up
   */
  long timestampMillis(int host, int scrape) {
    long whole = start.toEpochMilli() + scrape * interval.toMillis();
    return switch (timing) {
      case ALIGNED -> whole;
      case SCRAPED -> {
        long offset = Long.remainderUnsigned(random(host, 1L << 40), interval.toMillis());
        long chance = random(host, scrape);
        long late = Long.remainderUnsigned(chance, 10) == 0 ? 1 + (chance >>> 60) : 0;
        yield whole + offset + late;
      }
    };
  }

  /** 64 bits for a thing and a moment: SplitMix64's finalizer over both and the seed. */
  long random(long thing, long moment) {
    long x = seed * 0x9e37_79b9_7f4a_7c15L + thing * 0xd1b5_4a32_d192_ed03L + moment;
    x = (x + 0x9e37_79b9_7f4a_7c15L) * 0x2545_f491_4f6c_dd1dL;
    x = (x ^ x >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    x = (x ^ x >>> 27) * 0x94d0_49bb_1331_11ebL;
    return x ^ x >>> 31;
  }
}
