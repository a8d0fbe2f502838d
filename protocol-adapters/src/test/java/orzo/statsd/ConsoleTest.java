package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_000));
  private final StatsdSettings settings = StatsdFixtures.settings(Set.of());
  private final Aggregator aggregator = new Aggregator(settings, new StatsdCounters(), clock, 1);
  private final Console console = new Console(settings, aggregator, null, clock);

  private void send(String packet) {
    byte[] bytes = packet.getBytes(UTF_8);
    aggregator.packet(bytes, 0, bytes.length);
  }

  @Test
  void counters_areShownAsNodeShowsAnObject() {
    assertThat(console.answer("delcounters statsd.*"))
        .isEqualTo(
            """
            deleted: statsd.bad_lines_seen
            deleted: statsd.packets_received
            deleted: statsd.metrics_received
            END

            """);
    assertThat(console.answer("counters\n")).isEqualTo("{}\nEND\n\n");
    send("a.b:1|c\nc:2.5|c");
    assertThat(console.answer("counters\n"))
        .isEqualTo(
            """
            {
              'statsd.packets_received': 1,
              'statsd.metrics_received': 2,
              'a.b': 1,
              c: 2.5
            }
            END

            """);
    assertThat(console.answer("delcounters statsd.*")).endsWith("END\n\n");
    assertThat(console.answer("counters")).isEqualTo("{ 'a.b': 1, c: 2.5 }\nEND\n\n");
  }

  @Test
  void timersAndGauges_areShown() {
    send("t:3|ms\nt:1|ms\ng:-7|g");
    assertThat(console.answer("timers")).isEqualTo("{ t: [ 3, 1 ] }\nEND\n\n");
    assertThat(console.answer("gauges")).isEqualTo("{ g: -7 }\nEND\n\n");
    aggregator.flush(1_010);
    assertThat(console.answer("timers")).isEqualTo("{ t: [] }\nEND\n\n");
  }

  @Test
  void timers_withManyValues_areCut() {
    send("t:1|ms\n".repeat(102));
    assertThat(console.answer("timers"))
        .endsWith("    1, 1, 1, 1,\n    ... 2 more items\n  ]\n}\nEND\n\n");
  }

  @Test
  void delete_tellsWhatWasThere() {
    send("a.x:1|g\na.y:2|g\nb:3|g");
    assertThat(console.answer("delgauges b c"))
        .isEqualTo("deleted: b\nmetric c not found\nEND\n\n");
    assertThat(console.answer("delgauges a.*")).isEqualTo("deleted: a.x\ndeleted: a.y\nEND\n\n");
    assertThat(console.answer("gauges")).isEqualTo("{}\nEND\n\n");
    send("t:1|ms");
    assertThat(console.answer("deltimers t")).isEqualTo("deleted: t\nEND\n\n");
    assertThat(aggregator.flush(1_010).timerCount).isZero();
  }

  @Test
  void stats_tellOfMessages() {
    send("bad");
    assertThat(console.answer("stats"))
        .isEqualTo("uptime: 0\nmessages.last_msg_seen: 0\nmessages.bad_lines_seen: 1\nEND\n\n");
  }

  @Test
  void health_isWhatItWasSetTo() {
    assertThat(console.answer("health")).isEqualTo("health: up\n");
    assertThat(console.answer("health DOWN")).isEqualTo("health: down\n");
    assertThat(console.answer("health sideways")).isEqualTo("health: down\n");
  }

  @Test
  void config_tellsTheSettings() {
    assertThat(console.answer("config"))
        .startsWith("\nflushInterval: 10000\npercentThreshold > 0: 90\n")
        .contains("graphite > legacyNamespace: true\n", "deleteGauges: false\n");
  }

  @Test
  void otherCommands() {
    assertThat(console.answer("help")).startsWith("Commands: stats, counters, timers");
    assertThat(console.answer("nosuchcommand")).isEqualTo("ERROR\n");
    assertThat(console.answer("")).isEqualTo("ERROR\n");
    assertThat(console.answer("quit")).isNull();
  }
}
