package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.server.GatewayServer;

/**
 * Several gateways on one Redis, and clients that write numbered samples to all of them, whatever
 * happens to gateways and Redis meanwhile. In the end every acknowledged sample must be there once,
 * whichever gateway is asked.
 *
 * <pre>{@code
 * try (FleetScenario fleet = FleetScenario.start("SomeIT", redisUrl, 3, seed, Map.of())) {
 *   fleet.startWriting();
 *   while (...) {
 *     fleet.awaitProgress();
 *     fleet.killAndRestartOne(); // or something to Redis
 *   }
 *   fleet.stopWriting();
 *   fleet.verify();
 * }
 * }</pre>
 *
 * <p>For one thread.
 */
final class FleetScenario implements AutoCloseable {
  /** How long a gateway may stay dead: at times longer than the default TTL of leases, 3 s. */
  private static final Duration LONGEST_DEATH = Duration.ofSeconds(5);

  private static final int WRITERS_PER_GATEWAY = 2;

  /** Between two requests of a writer: 100 samples each, so some 3,000 samples a second. */
  private static final Duration PAUSE = Duration.ofMillis(30);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The archive policy of all series. */
  private static final String POLICY = "fleet";

  /** How long ago the first samples are. */
  private static final Duration AGE = Duration.ofDays(20);

  /** From a sample to the next: four hours, a raw split's span, are written within seconds. */
  private static final Duration STEP = Duration.ofSeconds(50);

  /** Of how much time there are samples at the end: two raw splits. */
  private static final Duration LEAST = Duration.ofHours(8);

  /** Compares what a gateway answers with what was acknowledged; fails by an assertion. */
  @FunctionalInterface
  interface Check {
    /**
     * Asks through one gateway.
     *
     * @param written everything that is stored, to the sample
     */
    void check(List<NumberedWriter.Written> written, PrometheusClient client);
  }

  private final List<GatewayServer> gateways = new ArrayList<>();
  private final List<NumberedWriter> writers = new ArrayList<>();
  private final NumberedWriter.Timeline timeline;
  private final RandomGenerator random;
  private final long seed;

  private FleetScenario(long seed) {
    this.seed = seed;
    long day = Duration.ofDays(1).toMillis();
    long start = (InstantSource.system().millis() - AGE.toMillis()) / day * day;
    this.timeline = new NumberedWriter.Timeline(start, STEP.toMillis());
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /**
   * Starts gateways, one after the other, and waits until they share all sacks. They aggregate what
   * is written as soon as it has been still for some time, by the policy of {@link AggregateCheck}.
   *
   * @param name of the test, for directories
   * @param redisUrl what they get as {@code redis.url}
   * @param seed decides on what is killed when, and what writers send again
   * @param settings further configuration
   */
  static FleetScenario start(
      String name, String redisUrl, int gateways, long seed, Map<String, String> settings) {
    FleetScenario fleet = new FleetScenario(seed);
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("redis.url", redisUrl);
    all.put("engine.default-archive-policy", POLICY);
    all.put("engine.close-delay", "200ms");
    try {
      for (int i = 0; i < gateways; i++) {
        Map<String, String> own = new LinkedHashMap<>(all);
        own.putIfAbsent("node.name", "gateway-" + i);
        fleet.gateways.add(Workspace.gateway(name + "-gateway-" + i, own));
      }
      fleet.gateways.forEach(GatewayServer::start);
      fleet.createPolicy();
      fleet.awaitAllOwned(PATIENCE);
      return fleet;
    } catch (RuntimeException | Error e) {
      fleet.close();
      throw e;
    }
  }

  private void createPolicy() {
    String body = AggregateCheck.POLICY.formatted(POLICY);
    HttpRequest request =
        HttpRequest.newBuilder(gateways.getFirst().url().resolve("/v1/archive_policy"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    // Until a gateway has heard of it, it puts writers off.
  }

  /** All gateways, whether they run or not. */
  List<GatewayServer> gateways() {
    return List.copyOf(gateways);
  }

  /** The source of chance, for what a test itself does at random. */
  RandomGenerator random() {
    return random;
  }

  /** The gateways whose process lives; one that is stopped by SIGSTOP does, too. */
  List<GatewayServer> running() {
    return gateways.stream().filter(gateway -> gateway.process().isAlive()).toList();
  }

  /** Starts writers to every gateway. What one does not take, its writers may send to the next. */
  void startWriting() {
    int count = gateways.size();
    for (int i = 0; i < count * WRITERS_PER_GATEWAY; i++) {
      List<GatewayServer> order = new ArrayList<>();
      for (int next = 0; next < count; next++) {
        order.add(gateways.get((i / WRITERS_PER_GATEWAY + next) % count));
      }
      writers.add(NumberedWriter.start(order, i, PAUSE, timeline, random.nextLong()));
    }
  }

  /** Waits until several more requests were acknowledged, whoever sent them. */
  void awaitProgress() {
    long before = acknowledgedBodies();
    await("requests are acknowledged (seed " + seed + ")")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> acknowledgedBodies() > before + 5L * writers.size());
  }

  private long acknowledgedBodies() {
    return writers.stream().mapToLong(NumberedWriter::acknowledgedBodies).sum();
  }

  /** Lets time pass, up to that much. */
  void awaitMoment(Duration atMost) {
    long nanos = random.nextLong(atMost.toNanos());
    long began = System.nanoTime();
    await()
        .atMost(atMost.plus(PATIENCE))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> System.nanoTime() - began >= nanos);
  }

  /** Kills one of the gateways with -9, leaves it dead for some time, and starts it again. */
  void killAndRestartOne() {
    GatewayServer victim = gateways.get(random.nextInt(gateways.size()));
    victim.kill();
    awaitMoment(LONGEST_DEATH);
    victim.start();
  }

  /**
   * Ends the writers; what they know of is as it was then. Before, each goes on until what it wrote
   * is of more than one raw split, since queries of less are answered from samples.
   */
  void stopWriting() {
    long bodies = LEAST.dividedBy(STEP.multipliedBy(NumberedWriter.SAMPLES_PER_SERIES));
    await("each writer wrote samples of " + LEAST + " (seed " + seed + ")")
        .atMost(PATIENCE)
        .until(() -> writers.stream().allMatch(one -> one.acknowledgedBodies() >= bodies));
    writers.forEach(NumberedWriter::stop);
  }

  /**
   * Looks for every acknowledged sample through every gateway. Then what is of unknown fate is sent
   * again until it is acknowledged, and everything is looked for once more. Writers have stopped,
   * and all gateways run.
   *
   * @param checks what else is to be compared then, also through every gateway
   */
  void verify(Check... checks) {
    long unknown = writers.stream().mapToLong(NumberedWriter::unknownSamples).sum();
    writers.forEach(writer -> assertThat(writer.refusals()).as("refused for good").isEmpty());
    checkSamples();
    writers.forEach(NumberedWriter::settle);
    checkSamples();
    List<NumberedWriter.Written> written =
        writers.stream().flatMap(writer -> writer.written().stream()).toList();
    for (GatewayServer gateway : gateways) {
      try (PrometheusClient client = NumberedWriter.reader(gateway)) {
        for (Check check : checks) {
          check.check(written, client);
        }
      }
    }
    long acknowledged = writers.stream().mapToLong(NumberedWriter::acknowledgedSamples).sum();
    System.out.printf(
        "seed %d: %,d samples are there, each once, through each of %d gateways; %,d of them were"
            + " of unknown fate and sent again%n",
        seed, acknowledged, gateways.size(), unknown);
    assertThat(acknowledged).isPositive();
  }

  private void checkSamples() {
    awaitFlushed();
    for (GatewayServer gateway : gateways) {
      writers.forEach(writer -> writer.check(gateway));
    }
  }

  /** Waits until nothing is left in the backlogs: from then on all gateways answer alike. */
  void awaitFlushed() {
    awaitAllOwned(PATIENCE);
    await("backlogs are processed (seed " + seed + ")")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> sum("orzo_backlog_entries") == 0 && ownedSacks() == sacks());
  }

  /**
   * Waits until every sack is owned by one of the gateways that run.
   *
   * @return how long that took
   */
  Duration awaitAllOwned(Duration atMost) {
    long began = System.nanoTime();
    await("all sacks are owned (seed " + seed + ")")
        .atMost(atMost)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> ownedSacks() == sacks());
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * Waits until every sack is owned and every running gateway owns some.
   *
   * @return how long that took
   */
  Duration awaitShares() {
    long began = System.nanoTime();
    await("every gateway has a share (seed " + seed + ")")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() ->
            ownedSacks() == sacks()
                && running().stream()
                    .allMatch(one -> MetricsPage.of(one.url()).sum("orzo_sacks_owned") > 0));
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** How many sacks the running gateways say they own, together. */
  double ownedSacks() {
    return sum("orzo_sacks_owned");
  }

  private double sacks() {
    return MetricsPage.of(running().getFirst().url()).sum("orzo_sacks");
  }

  /** The sum of a metric over the gateways that run; see {@link MetricsPage#sum}. */
  double sum(String name, String... labels) {
    return running().stream()
        .mapToDouble(gateway -> MetricsPage.of(gateway.url()).sum(name, labels))
        .sum();
  }

  /** Stops writers and gateways. */
  @Override
  public void close() {
    writers.forEach(NumberedWriter::close);
    gateways.forEach(GatewayServer::close);
  }
}
