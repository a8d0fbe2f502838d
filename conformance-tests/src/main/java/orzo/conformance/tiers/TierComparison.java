package orzo.conformance.tiers;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import orzo.conformance.prometheus.Answers;
import orzo.conformance.prometheus.Json;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what aggregates save a query: the program behind {@code conformance-tests/tiers}. */
@Command(
    name = "tiers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway with its embedded Redis on an empty directory, writes a sample a minute"
            + " for each series, waits until all are aggregated, and asks the same questions of"
            + " raw samples (max_source_resolution=0s) and without saying of what, in turns."
            + " Reports the medians of the time of evaluation, as the gateway counts it, and of the"
            + " time until the last byte of the answer. Ends with status 1 if answers differ by"
            + " more than 1e-9, or if evaluation is not as much faster.")
public final class TierComparison implements Callable<Integer> {
  private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(10);
  private static final double TOLERANCE = 1e-9;

  /** Until Java has compiled what a query needs. */
  private static final int WARM_UP_RUNS = 200;

  @Option(
      names = "--series",
      defaultValue = "100",
      description = "How many series (default: ${DEFAULT-VALUE}).")
  private int series;

  @Option(
      names = "--days",
      defaultValue = "30",
      description = "How long, at most 39 (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--runs",
      defaultValue = "15",
      description = "How often each question is asked (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--at-least",
      paramLabel = "RATIO",
      defaultValue = "10",
      description = "How many times faster it must be (default: ${DEFAULT-VALUE}).")
  private double atLeast;

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the time that the data ends before
   * @param out where the report goes
   */
  public TierComparison(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    TierComparison tool = new TierComparison(InstantSource.system(), System.out);
    System.exit(new CommandLine(tool).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    long hour = Duration.ofHours(1).toMillis();
    long end = (clock.millis() / hour - 6) * hour;
    try (TemporaryDirectory directory = TemporaryDirectory.of("tiers");
        TieredGateway gateway =
            new TieredGateway(
                gatewayOptions.distribution(),
                directory.path(),
                gatewayOptions.settings(),
                series,
                days,
                end)) {
      gateway.start();
      gateway.load();
      out.printf(Locale.ROOT, "%,d samples of %,d series written%n", gateway.samples(), series);
      awaitAggregated(gateway);
      boolean good = true;
      for (Question question : Question.ALL) {
        good &= measure(gateway, question);
      }
      return good ? 0 : 1;
    }
  }

  private static void awaitAggregated(TieredGateway gateway) {
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (gateway.samplesNotAggregated() > 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            gateway.samplesNotAggregated() + " samples not aggregated after " + CLOSE_TIMEOUT);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    }
  }

  private boolean measure(TieredGateway gateway, Question question) {
    double difference =
        Answers.difference(gateway.ask(question, true), gateway.ask(question, false));
    List<TieredGateway.Times> raw = new ArrayList<>();
    List<TieredGateway.Times> tiered = new ArrayList<>();
    for (int run = -WARM_UP_RUNS; run < runs; run++) {
      TieredGateway.Times ofRaw = gateway.time(question, true);
      TieredGateway.Times ofTier = gateway.time(question, false);
      if (run >= 0) {
        raw.add(ofRaw);
        tiered.add(ofTier);
      }
    }
    double ratio = evaluation(raw) / evaluation(tiered);
    out.printf(
        Locale.ROOT,
        "%s, step %d h: %.1f times faster (with the answer on its way: %.1f); differs by %.1e%n",
        question.expression(),
        question.step().toHours(),
        ratio,
        total(raw) / total(tiered),
        difference);
    report(gateway, question, true, raw);
    report(gateway, question, false, tiered);
    return difference <= TOLERANCE && ratio >= atLeast;
  }

  private void report(
      TieredGateway gateway, Question question, boolean raw, List<TieredGateway.Times> times) {
    Json scan = gateway.explain(question, raw);
    out.printf(
        Locale.ROOT,
        "  %-4s %8.2f ms (total %.2f), %,.0f splits, %,.0f bytes, %,.0f rows, %,.0f samples%n",
        scan.get("tiers").list().getFirst().get("tier").text(),
        evaluation(times),
        total(times),
        scan.get("splits").number(),
        scan.get("bytes").number(),
        scan.get("rows").number(),
        scan.get("samples").number());
  }

  private static double evaluation(List<TieredGateway.Times> times) {
    return median(times.stream().mapToDouble(TieredGateway.Times::evaluationMillis));
  }

  private static double total(List<TieredGateway.Times> times) {
    return median(times.stream().mapToDouble(TieredGateway.Times::totalMillis));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int half = sorted.length / 2;
    return (sorted[half] + sorted[sorted.length % 2 == 0 ? half - 1 : half]) / 2;
  }
}
