package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.histogram.NativeHistogram;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.mapping.Mapping;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.statsd.StatsdSettings.Buckets;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;
import orzo.statsd.StatsdSettings.TimerForm;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.OutageLog;

class StatsdReceiverTest {
  private static final long START = 1_700_000_000_000L;

  private final InMemoryIntake intake = new InMemoryIntake();
  private final IntakeCounters counters = new IntakeCounters();
  private final SettableClock clock = new SettableClock();
  private StatsdReceiver receiver = receiver(settings(Form.LABELS), Optional.empty());

  private static final class SettableClock implements InstantSource {
    private final AtomicLong millis = new AtomicLong(START);

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis.get());
    }
  }

  private static StatsdSettings settings(Form... forms) {
    return StatsdFixtures.settings(StatsdFixtures.ALL_DIALECTS, Limits.DEFAULT, Set.of(forms));
  }

  private StatsdReceiver receiver(StatsdSettings settings, Optional<InetSocketAddress> forward) {
    StatsdReceiver made =
        new StatsdReceiver(
            settings,
            new StatsdCounters(),
            forward,
            new StatsdReceiver.Surroundings(
                intake,
                counters,
                Mapping.NONE,
                _ -> false,
                new OutageLog(System::nanoTime),
                clock,
                System::nanoTime,
                1));
    made.start();
    return made;
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private void restart(StatsdSettings settings, Optional<InetSocketAddress> forward) {
    receiver.close();
    receiver = receiver(settings, forward);
  }

  private void flush(String... packets) {
    for (String packet : packets) {
      byte[] bytes = packet.getBytes(UTF_8);
      receiver.packet(bytes, 0, bytes.length);
    }
    clock.millis.addAndGet(10_000);
    long before = counters.received(Protocol.STATSD);
    receiver.flush();
    await().until(() -> counters.received(Protocol.STATSD) > before);
  }

  private Map<String, List<Double>> stored() {
    await()
        .until(() ->
            counters.received(Protocol.STATSD)
                == counters.accepted(Protocol.STATSD)
                    + counters.rejected(Protocol.STATSD, Rejection.INVALID_PATH));
    Map<String, List<Double>> stored = new TreeMap<>();
    intake
        .samples(Tenant.DEFAULT)
        .forEach((labels, samples) -> {
          if (!labels.metricName().contains("statsd")) {
            stored.put(
                labels.toString(),
                samples.stream().map(one -> Double.longBitsToDouble(one.valueBits())).toList());
          }
        });
    return stored;
  }

  @Test
  void labels_areWhatPrometheusHas() {
    flush("web.hits:2|c|#host:a\nweb.time:10|ms\nweb.time:30|ms\nusers:x|s\nload-1:0.5|g");
    flush("web.hits:3|c|#host:a");
    assertThat(stored())
        .containsExactly(
            Map.entry("load_1", List.of(0.5, 0.5)),
            Map.entry("users_distinct", List.of(1.0, 0.0)),
            Map.entry("web_hits_total{host=\"a\"}", List.of(2.0, 5.0)),
            Map.entry("web_time_count", List.of(2.0, 2.0)),
            Map.entry("web_time_sum", List.of(40.0, 40.0)),
            Map.entry("web_time{quantile=\"0.5\"}", List.of(20.0)),
            Map.entry("web_time{quantile=\"0.9\"}", List.of(30.0)));
    assertThat(intake.samples(Tenant.DEFAULT).get(Labels.of(Labels.NAME, "load_1")))
        .containsExactly(Sample.of(START + 10_000, 0.5), Sample.of(START + 20_000, 0.5));
  }

  @Test
  void labels_thatTheFormNeeds_giveWay() {
    flush("t:1|ms|#quantile:x,a.b:c");
    assertThat(stored()).containsKey("t{a_b=\"c\", exported_quantile=\"x\", quantile=\"0.9\"}");
  }

  private List<Sample> samples(String... labels) {
    stored();
    return intake.samples(Tenant.DEFAULT).getOrDefault(Labels.of(labels), List.of());
  }

  @Test
  void timers_asNativeHistograms_countSinceTheyWereFirstSeen() {
    restart(
        StatsdFixtures.settings(
            StatsdFixtures.timers(new Buckets(0, 160), TimerForm.NATIVE_HISTOGRAM)),
        Optional.empty());
    flush("web.time:3:5|ms|#host:a\nweb.time:0.7|h|@0.1|#host:a\nweb.time:-1|d|#host:a");
    clock.millis.addAndGet(500);
    flush("web.time:3|ms|#host:a");
    flush("other:1|c");
    assertThat(stored()).containsOnlyKeys("other_total", "web_time{host=\"a\"}");
    List<Sample> samples = samples(Labels.NAME, "web_time", "host", "a");
    assertThat(samples)
        .extracting(Sample::timestampMillis)
        .containsExactly(START + 10_000, START + 21_000, START + 31_000);
    assertThat(samples).extracting(Sample::startMillis).containsOnly(START);
    NativeHistogram first = requireNonNull(samples.get(0).histogram());
    assertThat(first.count()).isEqualTo(13);
    assertThat(first.sum()).isEqualTo(3 + 5 + 0.7 * 10 - 1);
    assertThat(first.positive())
        .isEqualTo(orzo.histogram.Buckets.of(new int[] {0, 2, 3}, new double[] {10, 1, 1}));
    assertThat(first.negative())
        .isEqualTo(orzo.histogram.Buckets.of(new int[] {0}, new double[] {1}));
    NativeHistogram second = requireNonNull(samples.get(1).histogram());
    assertThat(second.count()).isEqualTo(14);
    assertThat(second.positive())
        .isEqualTo(orzo.histogram.Buckets.of(new int[] {0, 2, 3}, new double[] {10, 2, 1}));
    assertThat(samples.get(2).histogram()).as("without new values").isEqualTo(second);
  }

  @Test
  void timers_asHistogramsAndSummaries_areBoth() {
    restart(
        StatsdFixtures.settings(StatsdFixtures.timers(Buckets.DEFAULT, TimerForm.values())),
        Optional.empty());
    flush("t:8|ms");
    assertThat(stored())
        .containsOnlyKeys("t", "t_count", "t_sum", "t{quantile=\"0.5\"}", "t{quantile=\"0.9\"}");
    assertThat(samples(Labels.NAME, "t")).extracting(Sample::histogram).doesNotContainNull();
    assertThat(samples(Labels.NAME, "t_count")).extracting(Sample::histogram).containsOnlyNulls();
  }

  @Test
  void timers_withoutAFiniteSum_leaveTheHistogramAsItIs() {
    restart(
        StatsdFixtures.settings(StatsdFixtures.timers(Buckets.DEFAULT, TimerForm.NATIVE_HISTOGRAM)),
        Optional.empty());
    flush("t:1|h");
    flush("t:Infinity|h\nt:1|h");
    flush("t:1|h");
    stored();
    assertThat(samples(Labels.NAME, "t"))
        .extracting(sample -> requireNonNull(sample.histogram()).count())
        .containsExactly(1.0, 1.0, 2.0);
    assertThat(receiver.counters().fallingCounts()).isEqualTo(1);
  }

  @Test
  void histograms_thatWaitForStorage_weighWhatTheirBucketsTake() {
    restart(
        new StatsdSettings(
            Duration.ofSeconds(10),
            StatsdFixtures.ALL_DIALECTS,
            true,
            StatsdFixtures.timers(new Buckets(8, 160), TimerForm.NATIVE_HISTOGRAM),
            new StatsdSettings.Deletion(Set.of(), 1),
            StatsdSettings.Namespace.DEFAULT,
            Set.of(Form.LABELS),
            new Limits(100, 10_000, 1_000, 300)),
        Optional.empty());
    StringBuilder values = new StringBuilder("t");
    for (int i = 1; i <= 160; i++) {
      values.append(':').append(i);
    }
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    String packet = values.append("|h").toString();
    for (int i = 0; i < 6; i++) {
      flush(packet);
    }
    // Each flush is one histogram of some 160 buckets, and less than ten plain samples.
    assertThat(receiver.waitingSamples()).isLessThan(30);
    assertThat(counters.received(Protocol.STATSD)).isGreaterThan(30 - 8);
  }

  @Test
  void labels_keepThePathThatWasSent() {
    flush("web.hits:2|c|#host:a\nweb.time:10|ms\nload:0.5|g");
    stored();
    Map<String, String> paths = new TreeMap<>();
    for (Registration one : intake.registered()) {
      if (!one.labels().metricName().startsWith("statsd")) {
        paths.put(one.labels().metricName(), String.valueOf(one.path()));
      }
    }
    assertThat(paths)
        .containsExactly(
            Map.entry("load", "null"), // its name is its path
            Map.entry("web_hits_total", "web.hits;host=a"),
            Map.entry("web_time", "web.time"),
            Map.entry("web_time_count", "web.time"),
            Map.entry("web_time_sum", "web.time"));
  }

  @Test
  void names_areThoseOfTheReference() {
    restart(settings(Form.NAMES), Optional.empty());
    flush("web.hits:2|c|#host:a\nweb.time:10|ms\nusers:x|s\nload:0.5|g");
    assertThat(stored().keySet())
        .containsExactlyInAnyOrder(
            "stats.web.hits{host=\"a\"}",
            "stats_counts.web.hits{host=\"a\"}",
            "stats.gauges.load",
            "stats.sets.users.count",
            "stats.timers.web.time.count",
            "stats.timers.web.time.count_90",
            "stats.timers.web.time.count_ps",
            "stats.timers.web.time.lower",
            "stats.timers.web.time.mean",
            "stats.timers.web.time.mean_90",
            "stats.timers.web.time.median",
            "stats.timers.web.time.std",
            "stats.timers.web.time.sum",
            "stats.timers.web.time.sum_90",
            "stats.timers.web.time.sum_squares",
            "stats.timers.web.time.sum_squares_90",
            "stats.timers.web.time.upper",
            "stats.timers.web.time.upper_90");
    assertThat(stored()).containsEntry("stats.web.hits{host=\"a\"}", List.of(0.2));
  }

  @Test
  void timedValues_areStoredAtTheirTime() {
    restart(settings(Form.NAMES), Optional.empty());
    flush("a:7|c|T1656581400\nb:5|g|T1656581401");
    assertThat(stored())
        .containsEntry("stats_counts.a", List.of(7.0))
        .containsEntry("stats.a", List.of(0.7))
        .containsEntry("stats.gauges.b", List.of(5.0));
    assertThat(
            intake.samples(Tenant.DEFAULT).entrySet().stream()
                .filter(one -> one.getKey().metricName().equals("stats.gauges.b"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getFirst()
                .timestampMillis())
        .isEqualTo(1_656_581_401_000L);
  }

  @Test
  void flush_thatStorageRefuses_isKeptAndTriedAgain() {
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    flush("a:1|c");
    flush("a:2|c");
    assertThat(counters.accepted(Protocol.STATSD)).isZero();
    assertThat(receiver.waitingSamples()).isPositive();
    intake.failWith(null);
    assertThat(stored()).containsEntry("a_total", List.of(1.0, 3.0));
    assertThat(receiver.waitingSamples()).isZero();
  }

  @Test
  void flushes_thatAreTooMany_areDroppedAndCounted() {
    restart(
        StatsdFixtures.settings(Set.of(), new Limits(100, 100, 100, 20), Set.of(Form.values())),
        Optional.empty());
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    flush("a:1|c");
    await().until(() -> receiver.waitingSamples() > 0);
    for (int i = 0; i < 5; i++) {
      flush("a:1|c");
    }
    receiver.close();
    long dropped = 0;
    for (Rejection reason : Rejection.values()) {
      dropped += counters.rejected(Protocol.STATSD, reason);
    }
    assertThat(dropped).isEqualTo(counters.received(Protocol.STATSD));
    assertThat(counters.rejected(Protocol.STATSD, Rejection.UNAVAILABLE)).isPositive();
  }

  @Test
  void names_thatMayNotBeStored_areCounted() {
    flush("...:1|c\na:1|c");
    assertThat(stored()).containsOnlyKeys("a_total");
    assertThat(counters.rejected(Protocol.STATSD, Rejection.INVALID_PATH)).isEqualTo(1);
  }

  @Test
  void nextFlush_isOnTheGrid_evenWhenTheTimerIsEarly() {
    assertThat(receiver.millisToFlush()).isEqualTo(10_000);
    clock.millis.addAndGet(9_999);
    assertThat(receiver.millisToFlush()).isEqualTo(10_001);
    clock.millis.addAndGet(3);
    assertThat(receiver.millisToFlush()).isEqualTo(9_998);
  }

  @Test
  void flushed_isSentOnAsCarbonLines() throws Exception {
    try (ServerSocket carbon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      restart(
          settings(),
          Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", carbon.getLocalPort())));
      byte[] packet = "a:1|c|#x:b c\nt:0.1|ms\nt:0.2|ms".getBytes(UTF_8);
      receiver.packet(packet, 0, packet.length);
      clock.millis.addAndGet(10_000);
      receiver.flush();
      try (Socket connection = carbon.accept();
          BufferedReader reader =
              new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
        String time = " " + (START / 1000 + 10);
        assertThat(reader.lines().toList())
            .contains(
                "stats.a;x=b_c 0.1" + time,
                "stats_counts.a;x=b_c 1" + time,
                "stats.timers.t.sum 0.30000000000000004" + time,
                "stats.statsd.bad_lines_seen 0" + time,
                "statsd.numStats 5" + time);
      }
    }
    assertThat(intake.sampleCount()).isZero();
  }

  @Test
  void flush_thatCantBeSentOn_isCounted() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    restart(
        settings(Form.LABELS),
        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), nobody)));
    flush("a:1|c");
    assertThat(stored()).containsKey("a_total");
    await().until(() -> receiver.counters().forwardFailures() == 1);
  }
}
