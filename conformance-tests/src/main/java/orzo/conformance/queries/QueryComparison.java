package orzo.conformance.queries;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orzo.conformance.load.LoadRun;
import orzo.conformance.load.LoadTool;
import orzo.conformance.load.Workload;
import orzo.conformance.prometheus.Answers;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.GatewayServer;
import orzo.conformance.server.PeerServer;
import orzo.conformance.server.Ports;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures queries beside Prometheus: the program behind {@code conformance-tests/query-compare}.
 */
@Command(
    name = "query-compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway and a Prometheus on empty directories, writes both the same two hours of"
            + " the load tool's series, compares their answers to a set of queries, and asks each"
            + " query of both in turns, on one connection each. Reports the medians of the time from"
            + " the first byte sent to the last received, their ratios, and the geometric mean of"
            + " those. Ends with status 1 if an answer differs by more than 1e-9, if a query is"
            + " slower than Prometheus, or if the mean is over the bar.")
public final class QueryComparison implements Callable<Integer> {
  private static final double TOLERANCE = 1e-9;
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final long SECOND_MILLIS = 1_000;

  /** How often a query is asked, after another was, before it is measured. */
  private static final int RUNS_BEFORE = 5;

  /** How many rounds to warm up a query takes for each one of the others if it is quick. */
  private static final int QUICK_ROUNDS = 30;

  private static final double QUICK_MILLIS = 1;

  @Option(
      names = "--series",
      defaultValue = "10000",
      description = "How many series (default: ${DEFAULT-VALUE}).")
  private int series;

  @Option(
      names = "--runs",
      defaultValue = "25",
      description = "How often each query is measured (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--warm-up",
      paramLabel = "ROUNDS",
      defaultValue = "100",
      description =
          "How often the whole set is asked before, so that Java has compiled what it needs;"
              + " what takes less than a millisecond 30 times as often (default:"
              + " ${DEFAULT-VALUE}).")
  private int warmUpRounds;

  @Option(
      names = "--at-most",
      paramLabel = "RATIO",
      defaultValue = "0.4",
      description = "The bar for the geometric mean (default: ${DEFAULT-VALUE}).")
  private double atMost;

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final InstantSource clock;
  private final PrintStream out;

  /**
   * Creates the tool.
   *
   * @param clock gives the time that the data ends before
   * @param out where the report goes
   */
  public QueryComparison(InstantSource clock, PrintStream out) {
    this.clock = clock;
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new QueryComparison(InstantSource.system(), System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    int scrapes = (int) (Duration.ofHours(2).toSeconds() / INTERVAL.toSeconds());
    long minute = Duration.ofMinutes(1).toMillis();
    long end = clock.millis() / minute * minute;
    Instant start = Instant.ofEpochMilli(end).minus(INTERVAL.multipliedBy(scrapes));
    Workload workload =
        new Workload(series, 0, scrapes, INTERVAL, start, Workload.Timing.SCRAPED, 2_000, 5, 1);
    try (TemporaryDirectory gatewayDirectory = TemporaryDirectory.of("queries");
        TemporaryDirectory peerDirectory = TemporaryDirectory.of("queries-prometheus");
        GatewayServer gateway = gatewayOptions.gateway(gatewayDirectory.path(), Map.of());
        PeerServer prometheus =
            PeerServer.prometheus(
                peerDirectory.path(), Ports.free(), "global: {scrape_interval: 1h}\n")) {
      gateway.start();
      new LoadRun(workload, Double.POSITIVE_INFINITY, out).describe();
      for (URI server : List.of(gateway.url(), prometheus.url())) {
        URI url = LoadTool.writeUrl(server);
        try (RemoteWriteClient client = new RemoteWriteClient(url, "")) {
          new LoadRun(workload, Double.POSITIVE_INFINITY, out)
              .send(url, new BucketSeries(client, start.toEpochMilli()));
        }
      }
      return compare(gateway.url(), prometheus.url(), start.toEpochMilli(), end) ? 0 : 1;
    }
  }

  private boolean compare(URI gateway, URI prometheus, long startMillis, long endMillis)
      throws IOException {
    boolean good = true;
    double logarithms = 0;
    List<Query> set = Query.set(startMillis + 5 * 60 * SECOND_MILLIS, endMillis - SECOND_MILLIS);
    out.printf(Locale.ROOT, "median of %d, ms:   orzo prometheus   ratio      bytes%n", runs);
    try (PrometheusClient expected = new PrometheusClient(prometheus, "");
        PrometheusClient found = new PrometheusClient(gateway, "");
        RawClient ours = new RawClient(gateway);
        RawClient theirs = new RawClient(prometheus)) {
      warmUp(set, ours, theirs);
      for (Query query : set) {
        String difference = difference(query, expected, found);
        double[] our = new double[runs];
        double[] their = new double[runs];
        long bytes = 0;
        for (int run = -RUNS_BEFORE; run < runs; run++) {
          double theirMillis = millis(theirs, query);
          long began = System.nanoTime();
          bytes = ours.get(query.path()).bytes();
          if (run >= 0) {
            our[run] = (System.nanoTime() - began) / 1e6;
            their[run] = theirMillis;
          }
        }
        double ratio = median(our) / median(their);
        logarithms += Math.log(ratio);
        good &= difference.isEmpty() && ratio <= 1;
        out.printf(
            Locale.ROOT,
            "%22.2f %10.2f %7.2f %,10d  %s: %s%s%n",
            median(our),
            median(their),
            ratio,
            bytes,
            query.kind(),
            query.text(),
            difference.isEmpty() ? "" : "  WRONG: " + difference);
      }
    }
    double mean = Math.exp(logarithms / set.size());
    out.printf(
        Locale.ROOT,
        "geometric mean of the %d ratios: %.3f (at most: %.2f)%n",
        set.size(),
        mean,
        atMost);
    return good && mean <= atMost;
  }

  private void warmUp(List<Query> set, RawClient ours, RawClient theirs) throws IOException {
    for (int round = 0; round < warmUpRounds; round++) {
      for (Query query : set) {
        var _ = theirs.get(query.path());
        var _ = ours.get(query.path());
      }
    }
    for (Query query : set) {
      if (millis(ours, query) < QUICK_MILLIS) {
        for (int round = warmUpRounds; round < QUICK_ROUNDS * warmUpRounds; round++) {
          var _ = theirs.get(query.path());
          var _ = ours.get(query.path());
        }
      }
    }
  }

  private static double millis(RawClient client, Query query) throws IOException {
    long began = System.nanoTime();
    RawClient.Reply reply = client.get(query.path());
    if (reply.status() != 200) {
      throw new IOException(query.text() + ": HTTP " + reply.status());
    }
    return (System.nanoTime() - began) / 1e6;
  }

  /** What is different in the answers; empty if nothing is. */
  private static String difference(Query query, PrometheusClient expected, PrometheusClient found) {
    PrometheusClient.Reply theirs = expected.get(query.path());
    PrometheusClient.Reply ours = found.get(query.path());
    if (!query.hasValues()) {
      List<String> those = texts(theirs);
      List<String> these = texts(ours);
      return those.equals(these) ? "" : these.size() + " entries, not the " + those.size();
    }
    try {
      double difference =
          Answers.difference(QueryAnswer.of(theirs.data()), QueryAnswer.of(ours.data()));
      return difference <= TOLERANCE ? "" : "differs by %.1e".formatted(difference);
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> texts(PrometheusClient.Reply reply) {
    List<String> texts = new ArrayList<>();
    reply.data().list().forEach(entry -> texts.add(entry.toString()));
    texts.sort(null);
    return texts;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return (sorted[half] + sorted[sorted.length % 2 == 0 ? half - 1 : half]) / 2;
  }
}
