package orzo.conformance.gnocchi;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import orzo.conformance.load.CpuMeter;
import orzo.conformance.load.LoadTool;
import orzo.conformance.server.GatewayOptions;
import orzo.conformance.server.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures Gnocchi's API: the program behind {@code conformance-tests/gnocchi-load}. */
@Command(
    name = "gnocchi-load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the gateway and a Redis on an empty directory, creates metrics by Gnocchi's API under"
            + " a policy of a minute for a week and an hour for a year, pushes measures in batches,"
            + " waits until all are aggregated, and reads them back. Reports CPU time per million"
            + " measures, latencies, and Redis's memory per aggregate. Ends with status 1 if a value"
            + " is wrong. With --url a Gnocchi that runs already is measured in the same way.")
public final class GnocchiLoad implements Callable<Integer> {
  private static final String POLICY = "bench";
  private static final String DEFINITION =
      "[{\"granularity\": 60, \"points\": 10080}, {\"granularity\": 3600, \"points\": 8760}]";
  private static final List<String> METHODS = List.of("mean", "min", "max", "sum", "std", "count");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration IDLE = Duration.ofSeconds(4);

  /** Measures of each metric in a request. */
  private static final int BATCH = 100;

  /** Metrics that have a week of measures, numbered from here on. */
  private static final int WEEKS = 100;

  private static final int FIRST_WEEK = 10_000;
  private static final int WEEK_MEASURES = 20_160;
  private static final int WEEK_BATCH = 1_008;
  private static final int DAY_MEASURES = 2_880;

  /** Reads of each kind that are reported by themselves. */
  private static final int FIRST_READS = 50;

  @Option(
      names = "--metrics",
      defaultValue = "1000",
      description = "Metrics that are pushed to in each request (default: ${DEFAULT-VALUE}).")
  private int metrics;

  @Option(
      names = "--warm-up",
      paramLabel = "TIMES",
      defaultValue = "3",
      description =
          "How often as many requests are sent and worked off before pushes are measured, so that"
              + " Java has compiled what it needs (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--requests",
      defaultValue = "20",
      description =
          "Requests that are measured, with one connection and again with two (default:"
              + " ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      description =
          "Requests with a single measure of each metric, one a second (default:"
              + " ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--reads",
      defaultValue = "400",
      description = "How often each read is measured (default: ${DEFAULT-VALUE}).")
  private int reads;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A Gnocchi that runs and is empty, instead of a gateway.")
  private URI url = URI.create("");

  @Option(
      names = "--redis-port",
      paramLabel = "PORT",
      description = "With --url: the Redis that has its measures and aggregates.")
  private int redisPort;

  @Option(
      names = "--pid",
      paramLabel = "NAME=PID",
      description =
          "With --url: a process whose CPU time counts, its descendants included; repeatable.")
  private Map<String, Long> pids = new LinkedHashMap<>();

  @Mixin private final GatewayOptions gatewayOptions = new GatewayOptions();

  private final PrintStream out;
  private final MeasureModel model = new MeasureModel();
  private double idleShare; // of one processor

  /**
   * Creates the tool.
   *
   * @param out where the report goes
   */
  public GnocchiLoad(PrintStream out) {
    this.out = out;
  }

  /** Runs the tool and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(LoadTool.run(new GnocchiLoad(System.out), arguments));
  }

  @Override
  public Integer call() throws IOException {
    try (TemporaryDirectory directory = TemporaryDirectory.of("gnocchi-load");
        MeasuredServer server =
            url.toString().isEmpty()
                ? new OrzoServer(directory, gatewayOptions)
                : new RunningServer(url, redisPort, pids)) {
      return measure(server) ? 0 : 1;
    }
  }

  private boolean measure(MeasuredServer server) throws IOException {
    int measures = (warmUp + 2) * requests * BATCH + rounds;
    if (measures > WEEK_MEASURES) {
      throw new IllegalArgumentException(
          measures
              + " measures of each metric (expected: at most "
              + WEEK_MEASURES
              + ", which is what the policy keeps)");
    }
    GnocchiClient client = new GnocchiClient(server.url());
    client.createPolicy(POLICY, DEFINITION);
    long began = System.nanoTime();
    List<String> wide = client.createMetrics(POLICY, "m", metrics);
    out.printf(
        Locale.ROOT,
        "%,d metrics created one by one: %,.0f a second%n",
        metrics,
        metrics / ((System.nanoTime() - began) / 1e9));
    List<String> deep = client.createMetrics(POLICY, "d", WEEKS);
    AnswerCheck check = new AnswerCheck(out);

    long empty = server.redis().usedMemory();
    int pushed = push(server, client, wide);
    long withWide = server.redis().usedMemory();
    memory("a wide set", metrics, pushed / 2, withWide - empty);
    weeks(server, client, deep);
    memory("a week", WEEKS, WEEK_MEASURES / 2, server.redis().usedMemory() - withWide);

    reads(server, client, deep, check);
    aggregates(server, client, deep, check);
    int last = rounds(server, client, wide, pushed);
    verify(client, wide, last, deep, check);
    return check.isRight();
  }

  /** Pushes batches; returns how many measures each metric has then. */
  private int push(MeasuredServer server, GnocchiClient client, List<String> ids)
      throws IOException {
    int at = 0;
    for (int i = 0; i < warmUp; i++) {
      pushAll(client, bodies(ids, at, requests), 1 + i % 2);
      at += requests * BATCH;
      server.awaitProcessed();
    }
    idle(server);
    for (int connections = 1; connections <= 2; connections++) {
      List<byte[]> bodies = bodies(ids, at, requests);
      at += requests * BATCH;
      int clients = connections;
      long measures = (long) metrics * BATCH * requests;
      Cost cost = Cost.of(server, measures, () -> pushAll(client, bodies, clients));
      out.printf(
          Locale.ROOT,
          "push of %,d metrics x %d measures, %d requests of %.1f MB, %d at a time: %,.0f measures"
              + " a second%n%s%n",
          metrics,
          BATCH,
          requests,
          bodies.getFirst().length / 1e6,
          connections,
          cost.rate(),
          cost.show(idleShare));
    }
    return at;
  }

  private List<byte[]> bodies(List<String> ids, int from, int count) {
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(model.body(ids, 0, from + i * BATCH, BATCH));
    }
    return bodies;
  }

  private static void pushAll(GnocchiClient client, List<byte[]> bodies, int connections) {
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int sender = 0; sender < connections; sender++) {
      int first = sender;
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = first; i < bodies.size(); i += connections) {
                    client.push(bodies.get(i));
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofPlatform().daemon().start(task)));
    }
    try {
      senders.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new IllegalStateException("a push failed: " + e.getCause(), e);
    }
  }

  private void idle(MeasuredServer server) {
    CpuMeter meter = server.meter();
    Map<String, Duration> before = meter.read();
    long began = System.nanoTime();
    pauseUntil(began + IDLE.toNanos());
    double spent = CpuMeter.sum(CpuMeter.between(before, meter.read())).toNanos();
    idleShare = spent / (System.nanoTime() - began);
    out.printf(Locale.ROOT, "idle: %.1f %% of a processor%n", 100 * idleShare);
  }

  private static void pauseUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void weeks(MeasuredServer server, GnocchiClient client, List<String> ids)
      throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    for (int from = 0; from < WEEK_MEASURES; from += WEEK_BATCH) {
      bodies.add(model.body(ids, FIRST_WEEK, from, WEEK_BATCH));
    }
    long measures = (long) WEEKS * WEEK_MEASURES;
    Cost cost = Cost.of(server, measures, () -> pushAll(client, bodies, 1));
    out.printf(
        Locale.ROOT,
        "push of %,d metrics x %,d measures, %d requests: %,.0f measures a second%n%s%n",
        WEEKS,
        WEEK_BATCH,
        bodies.size(),
        cost.rate(),
        cost.show(idleShare));
  }

  private void memory(String what, int count, int minutes, long bytes) {
    long points = (long) METHODS.size() * count * (minutes + Math.ceilDiv(minutes, 60));
    out.printf(
        Locale.ROOT,
        "Redis's memory of %s, %,d metrics with %,d minutes: %,d bytes, %,d each, %.2f for each"
            + " aggregate point%n",
        what,
        count,
        minutes,
        bytes,
        bytes / count,
        (double) bytes / points);
  }

  /** One measure of each metric in turn, as somebody who polls sends them. */
  private int rounds(MeasuredServer server, GnocchiClient client, List<String> ids, int from)
      throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      bodies.add(model.body(ids, 0, from + round, 1));
    }
    Cost cost =
        Cost.of(
            server,
            (long) metrics * rounds,
            () -> {
              long began = System.nanoTime();
              for (int round = 0; round < rounds; round++) {
                pauseUntil(began + Duration.ofSeconds(round).toNanos());
                client.push(bodies.get(round));
              }
            });
    out.printf(
        Locale.ROOT,
        "%d rounds of one measure of each of %,d metrics, one a second:%n%s%n",
        rounds,
        metrics,
        cost.show(idleShare));
    return from + rounds;
  }

  private void reads(
      MeasuredServer server, GnocchiClient client, List<String> ids, AnswerCheck check)
      throws IOException {
    Latencies.Request request = i -> client.get(measures(ids.get(i % ids.size()), "mean", MINUTE));
    byte[] first = request.ask(0);
    check.compare(
        "the measures of " + ids.getFirst(),
        AnswerCheck.parse(first),
        MeasureModel.START,
        MINUTE,
        model.windows(FIRST_WEEK, WEEK_MEASURES, "mean", MINUTE));
    report(
        server,
        String.format(
            Locale.ROOT, "GET measures of %,d points, %,d bytes", WEEK_MEASURES / 2, first.length),
        request);
  }

  private static String measures(String id, String method, Duration granularity) {
    return "/v1/metric/"
        + id
        + "/measures?granularity="
        + granularity.toSeconds()
        + "&aggregation="
        + method;
  }

  /** Reports the first requests by themselves: Java has not compiled much of them then. */
  private void report(MeasuredServer server, String what, Latencies.Request request)
      throws IOException {
    out.printf("%s: the first: %s%n", what, Latencies.of(Math.min(FIRST_READS, reads), request));
    Map<String, Duration> before = server.meter().read();
    Latencies latencies = Latencies.of(reads, request);
    Duration spent = CpuMeter.sum(CpuMeter.between(before, server.meter().read()));
    out.printf(
        Locale.ROOT,
        "  then: %s, CPU of the server %.2f ms a request%n",
        latencies,
        spent.toNanos() / 1e6 / reads);
  }

  private void aggregates(
      MeasuredServer server, GnocchiClient client, List<String> ids, AnswerCheck check)
      throws IOException {
    StringBuilder operations = new StringBuilder("{\"operations\": \"(aggregate mean (metric");
    ids.forEach(id -> operations.append(" (").append(id).append(" mean)"));
    byte[] body = operations.append("))\"}").toString().getBytes(StandardCharsets.UTF_8);
    String path =
        "/v1/aggregates?granularity=60&start="
            + MeasureModel.time(DAY_MEASURES)
            + "&stop="
            + MeasureModel.time(2 * DAY_MEASURES);
    double[] means = new double[DAY_MEASURES / 2];
    for (int metric = 0; metric < ids.size(); metric++) {
      double[] windows = model.windows(FIRST_WEEK + metric, WEEK_MEASURES, "mean", MINUTE);
      for (int i = 0; i < means.length; i++) {
        means[i] += windows[means.length + i] / ids.size();
      }
    }
    Instant start = MeasureModel.START.plus(Duration.ofDays(1));
    check.compare(
        "the mean of all",
        AnswerCheck.parse(client.post(path, body)).get("measures").get("aggregated"),
        start,
        MINUTE,
        means);
    report(
        server,
        String.format(
            Locale.ROOT,
            "POST aggregates, the mean of %d metrics x %,d points",
            ids.size(),
            means.length),
        _ -> client.post(path, body));
  }

  /** Compares all that is kept of some metrics. */
  private void verify(
      GnocchiClient client, List<String> wide, int measures, List<String> deep, AnswerCheck check)
      throws IOException {
    for (int metric = 0; metric < wide.size(); metric += Math.ceilDiv(wide.size(), 20)) {
      verify(client, wide.get(metric), metric, measures, check);
    }
    for (int metric = 0; metric < deep.size(); metric += 20) {
      verify(client, deep.get(metric), FIRST_WEEK + metric, WEEK_MEASURES, check);
    }
    if (check.isRight()) {
      out.printf(Locale.ROOT, "verified: %,d values read back are right%n", check.compared());
    }
  }

  private void verify(GnocchiClient client, String id, int metric, int count, AnswerCheck check)
      throws IOException {
    for (String method : METHODS) {
      for (Duration granularity : List.of(MINUTE, HOUR)) {
        check.compare(
            method + " of " + id,
            AnswerCheck.parse(client.get(measures(id, method, granularity))),
            MeasureModel.START,
            granularity,
            model.windows(metric, count, method, granularity));
      }
    }
  }
}
