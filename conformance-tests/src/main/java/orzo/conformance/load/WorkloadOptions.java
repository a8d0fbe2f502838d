package orzo.conformance.load;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The command-line options that say what is sent. */
final class WorkloadOptions {
  @Option(
      names = "--series",
      defaultValue = "10000",
      description = "Number of series (default: ${DEFAULT-VALUE}).")
  private int series;

  @Option(
      names = "--scrapes",
      defaultValue = "480",
      description = "Samples of each series that are measured (default: ${DEFAULT-VALUE}).")
  private int scrapes;

  @Option(
      names = "--warm-up",
      paramLabel = "SCRAPES",
      defaultValue = "120",
      description =
          "Samples of each series sent before, and not measured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "Seconds between two scrapes (default: ${DEFAULT-VALUE}).")
  private int intervalSeconds;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "When the first measured scrape was, as 2026-01-31T10:00:00Z (default: such that the last"
              + " one was just now; give it for the same bodies again).")
  private @Nullable Instant start;

  @Option(
      names = "--timing",
      defaultValue = "scraped",
      description =
          "${COMPLETION-CANDIDATES}: each host at its own offset and sometimes milliseconds late,"
              + " or all hosts at the same time (default: ${DEFAULT-VALUE}).")
  private Workload.Timing timing = Workload.Timing.SCRAPED;

  @Option(
      names = "--samples-per-body",
      defaultValue = "2000",
      description = "Samples in one request (default: ${DEFAULT-VALUE}).")
  private int samplesPerBody;

  @Option(
      names = "--connections",
      defaultValue = "5",
      description = "Connections, each with its share of the series (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--rate",
      paramLabel = "SAMPLES",
      description = "Samples per second to offer (default: as fast as the server accepts).")
  private double rate = Double.POSITIVE_INFINITY;

  double samplesPerSecond() {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate: " + rate + " (expected: > 0)");
    }
    return rate;
  }

  Workload workload(InstantSource clock) {
    Duration interval = Duration.ofSeconds(intervalSeconds);
    Instant from =
        start != null
            ? start
            : clock.instant().minus(interval.multipliedBy(scrapes)).truncatedTo(ChronoUnit.MINUTES);
    return new Workload(
        series, warmUp, scrapes, interval, from, timing, samplesPerBody, connections, seed);
  }
}
