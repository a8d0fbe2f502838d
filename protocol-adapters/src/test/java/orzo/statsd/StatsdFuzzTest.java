package orzo.statsd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetDetection;
import orzo.intake.InMemoryIntake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.mapping.RuleSet;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;
import orzo.statsd.StatsdSettings.TimerForm;
import orzo.storage.OutageLog;

/** Whatever comes, from packet and command to sample: a failure shows the seed. */
class StatsdFuzzTest {
  private static final int ROUNDS = 300;
  private static final Limits LIMITS = new Limits(40, 200, 50, 2_000);

  private static final List<String> PIECES =
      List.of(
          "a",
          "b.c",
          "web.t",
          "..",
          ":",
          ":",
          ":",
          "|",
          "|",
          "|",
          "|#",
          "@",
          "c",
          "g",
          "s",
          "ms",
          "h",
          "d",
          "1",
          "-2",
          "+3",
          ".5",
          "1e2",
          "1e308",
          "-1e308",
          "Infinity",
          "nan",
          "0x10",
          "\n",
          "\n",
          ",",
          ";",
          "=",
          "[",
          "]",
          "#",
          "T1656581400",
          "T99999999999",
          "_e{1,1}:",
          "_sc|",
          "c:x",
          "@0.5",
          "@.1e1",
          "\u00fc",
          "\0",
          "\uffff",
          "a:1|c\n",
          "web.t:2:3|ms|@0.1\n",
          "g:+1|g\n");

  private static final List<String> COMMANDS =
      List.of(
          "help",
          "stats",
          "counters",
          "timers",
          "gauges",
          "delcounters",
          "deltimers",
          "delgauges",
          "health",
          "config",
          "a",
          "b.c",
          "web.t",
          "*",
          "web.*",
          ".*",
          "up",
          " ",
          "\n",
          "\0",
          "\u00fc");

  private static String text(List<String> pieces, Random random, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }

  private static StatsdSettings settings(boolean dialects, Random random) {
    return new StatsdSettings(
        Duration.ofSeconds(10),
        dialects ? StatsdFixtures.ALL_DIALECTS : Set.of(),
        random.nextBoolean(),
        new StatsdSettings.Timers(
            List.of(90.0, -10.0, 99.9, 0.0, 100.0, -100.0),
            List.of(new StatsdSettings.Histogram("web", List.of(1.0, Double.POSITIVE_INFINITY))),
            List.of(),
            Set.of(TimerForm.values()),
            new StatsdSettings.Buckets(8, 8)),
        new StatsdSettings.Deletion(
            random.nextBoolean() ? Set.of() : Set.of(Deletable.values()), 1 + random.nextInt(2)),
        StatsdSettings.Namespace.DEFAULT,
        Set.of(Form.values()),
        LIMITS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyPacketsAndCommands_areTakenOrCounted(boolean dialects) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Run run = new Run(settings(dialects, random), seed);
      for (int flush = 0; flush < 4; flush++) {
        for (int i = random.nextInt(20); i > 0; i--) {
          run.packet(text(PIECES, random, 25));
          String _ = run.console.answer(text(COMMANDS, random, 6));
        }
        run.flush();
      }
      run.check();
    }
  }

  /** The parts that a receiver is made of, without its threads. */
  private static final class Run {
    private final int seed;
    private final StatsdCounters counters = new StatsdCounters();
    private final IntakeCounters intakeCounters = new IntakeCounters();
    private final InMemoryIntake intake = new InMemoryIntake();
    private final Aggregator aggregator;
    private final Console console;
    private final Flusher flusher;
    private final FlushStore store;
    private final Map<StatKey, NativeHistogram> histograms = new HashMap<>();
    private long seconds = 1_700_000_000L;

    Run(StatsdSettings settings, int seed) {
      this.seed = seed;
      InstantSource clock = () -> Instant.ofEpochSecond(seconds);
      aggregator = new Aggregator(settings, counters, clock, seed);
      console = new Console(settings, aggregator, null, clock);
      SeriesNames names = new SeriesNames(settings.namespace(), RuleSet.ofCollectd());
      store =
          new FlushStore(
              intake,
              intakeCounters,
              names,
              _ -> false,
              new OutageLog(System::nanoTime),
              LIMITS.pendingSamples());
      flusher = new Flusher(settings, names, store, null, () -> 0);
    }

    void packet(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      aggregator.packet(utf8, 0, utf8.length);
      byte[] bytes = text.getBytes(ISO_8859_1);
      aggregator.packet(bytes, 0, bytes.length);
      aggregator.batchEnded();
    }

    void flush() {
      seconds += 10;
      Snapshot snapshot = aggregator.flush(seconds);
      flusher.flush(snapshot);
      for (int i = 0; i < snapshot.timerCount; i++) {
        Snapshot.Times times = snapshot.timers[i];
        assertThat(times.histogram).isNotNull();
        if (times.histogram != null) {
          NativeHistogram now = times.histogram.state();
          NativeHistogram before = histograms.put(times.row.key, now);
          assertThat(before != null && ResetDetection.isReset(now, before))
              .as("seed %d, %s: %s, then %s", seed, times.row.key.text, before, now)
              .isFalse();
          assertThat(now.count())
              .as("seed %d", seed)
              .isCloseTo(times.totalCount, withinPercentage(1e-9));
          assertThat(now.positive().size() + now.negative().size()).isLessThanOrEqualTo(8);
        }
      }
    }

    void check() {
      store.start();
      store.close();
      long rejected = 0;
      for (Rejection reason : Rejection.values()) {
        rejected += intakeCounters.rejected(Protocol.STATSD, reason);
      }
      assertThat(intakeCounters.rejected(Protocol.STATSD, Rejection.INTERNAL))
          .as("seed %d", seed)
          .isZero();
      assertThat(intakeCounters.received(Protocol.STATSD))
          .as("seed %d", seed)
          .isEqualTo(intakeCounters.accepted(Protocol.STATSD) + rejected);
      assertThat(counters.keys()).isLessThanOrEqualTo(LIMITS.keys() + 4);
    }
  }

  @Test
  void anyCommand_isAnswered() {
    Random random = new Random(1);
    Run run = new Run(settings(true, random), 1);
    run.packet("a:1|c\nweb.t:1|ms\nb.c:1|g");
    for (int i = 0; i < 20_000; i++) {
      String command = text(COMMANDS, random, 8);
      String answer = run.console.answer(command);
      assertThat(answer).as(command).endsWith("\n");
    }
  }
}
