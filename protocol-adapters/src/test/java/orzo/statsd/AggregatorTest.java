package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;

class AggregatorTest {
  private static final Set<Form> FORMS = Set.of(Form.values());

  private final StatsdCounters counters = new StatsdCounters();
  private long now = 1_000;

  private Aggregator aggregator(StatsdSettings settings) {
    return new Aggregator(settings, counters, InstantSource.fixed(Instant.EPOCH), 1);
  }

  private static void send(Aggregator aggregator, String packet) {
    byte[] bytes = packet.getBytes(UTF_8);
    aggregator.packet(bytes, 0, bytes.length);
  }

  private Snapshot flush(Aggregator aggregator) {
    now += 10;
    return aggregator.flush(now);
  }

  private static Map<String, Double> of(Snapshot.Rows rows, double[] values) {
    Map<String, Double> map = new TreeMap<>();
    for (int i = 0; i < rows.size; i++) {
      if (!rows.rows[i].key.text.startsWith("statsd.")) {
        map.put(rows.rows[i].key.text, values[i]);
      }
    }
    return map;
  }

  private static Map<String, Double> counts(Snapshot snapshot) {
    return of(snapshot.counters, snapshot.counters.values);
  }

  private static Map<String, Double> totals(Snapshot snapshot) {
    Map<String, Double> totals = of(snapshot.counters, snapshot.counters.others);
    totals.putAll(of(snapshot.totals, snapshot.totals.others));
    return totals;
  }

  private static Map<String, Double> gauges(Snapshot snapshot) {
    return of(snapshot.gauges, snapshot.gauges.values);
  }

  @Test
  void counter_isAddedUp_andTotalsGoOn() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:1|c\na:2|c|@0.1");
    assertThat(counts(flush(aggregator))).containsExactly(Map.entry("a", 21.0));
    send(aggregator, "a:4|c");
    Snapshot second = flush(aggregator);
    assertThat(counts(second)).containsExactly(Map.entry("a", 4.0));
    assertThat(totals(second)).containsExactly(Map.entry("a", 25.0));
    assertThat(counts(flush(aggregator))).containsExactly(Map.entry("a", 0.0));
  }

  @Test
  void counter_thatFalls_leavesTheTotal_andIsCounted() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:5|c");
    flush(aggregator);
    send(aggregator, "a:-3|c");
    Snapshot snapshot = flush(aggregator);
    assertThat(counts(snapshot)).containsExactly(Map.entry("a", -3.0));
    assertThat(totals(snapshot)).containsExactly(Map.entry("a", 5.0));
    assertThat(counters.fallingCounts()).isEqualTo(1);
  }

  @Test
  void counter_deletedWhenIdle_goesOnWithItsTotalWhenItComesBack() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of(), Deletable.COUNTERS));
    send(aggregator, "a:5|c");
    flush(aggregator);
    assertThat(counts(flush(aggregator))).isEmpty();
    send(aggregator, "a:2|c");
    assertThat(totals(flush(aggregator))).containsExactly(Map.entry("a", 7.0));
  }

  @Test
  void ownCounters_areNotDeletedWhenIdle() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of(), Deletable.COUNTERS));
    flush(aggregator);
    assertThat(flush(aggregator).counters.size).isEqualTo(3);
  }

  @Test
  void gauge_changesBySignedValues_unlessItIsZero() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:10|g\na:-3|g\na:+1|g\nb:-5|g\nc:0|g\nc:-5|g");
    assertThat(gauges(flush(aggregator)))
        .containsExactly(Map.entry("a", 8.0), Map.entry("b", -5.0), Map.entry("c", -5.0));
    send(aggregator, "a:-8|g");
    flush(aggregator);
    send(aggregator, "a:+4|g");
    assertThat(gauges(flush(aggregator))).containsEntry("a", 4.0);
  }

  @Test
  void gauge_deletedWhenIdle_staysForItsFlushes() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of(), Deletable.GAUGES));
    send(aggregator, "a:1|g");
    assertThat(gauges(flush(aggregator))).hasSize(1);
    assertThat(gauges(flush(aggregator))).hasSize(1);
    assertThat(gauges(flush(aggregator))).isEmpty();
    send(aggregator, "a:+2|g"); // nothing is left to be added to
    assertThat(gauges(flush(aggregator))).containsExactly(Map.entry("a", 2.0));
  }

  @Test
  void set_countsDifferentMembers() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:x|s\na:y|s\na:x|s\na:|s\na:0|s");
    assertThat(of(flushed(aggregator).sets, last.sets.values)).containsExactly(Map.entry("a", 3.0));
    assertThat(of(flushed(aggregator).sets, last.sets.values)).containsExactly(Map.entry("a", 0.0));
  }

  private Snapshot last = new Snapshot(0, 0, 0, 0, 0, new Snapshot.Rows(0), new Snapshot.Rows(0));

  private Snapshot flushed(Aggregator aggregator) {
    last = flush(aggregator);
    return last;
  }

  @Test
  void timer_handsItsValuesOver() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:3|ms\na:1|ms|@0.1");
    Snapshot.Times times = flush(aggregator).timers[0];
    assertThat(times.size).isEqualTo(2);
    assertThat(times.count).isEqualTo(11);
    assertThat(times.totalSum).isEqualTo(13);
    send(aggregator, "a:5|ms");
    Snapshot.Times next = flush(aggregator).timers[0];
    assertThat(next.size).isEqualTo(1);
    assertThat(next.totalCount).isEqualTo(12);
    assertThat(times.values).startsWith(3, 1);
  }

  @Test
  void types_ofOneKey_areApart() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:1|c\na:2|ms\na:3|g\na:4|s");
    Snapshot snapshot = flush(aggregator);
    assertThat(counts(snapshot)).containsExactly(Map.entry("a", 1.0));
    assertThat(gauges(snapshot)).containsExactly(Map.entry("a", 3.0));
    assertThat(snapshot.timerCount).isEqualTo(1);
    assertThat(snapshot.sets.size).isEqualTo(1);
  }

  @Test
  void timedValues_standAlone_butTheTotalHasThem() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(StatsdFixtures.ALL_DIALECTS));
    send(aggregator, "a:7|c|T100\nb:5|g|T101");
    Snapshot snapshot = flush(aggregator);
    assertThat(counts(snapshot)).isEmpty();
    assertThat(gauges(snapshot)).isEmpty();
    assertThat(of(snapshot.timedCounts, snapshot.timedCounts.others))
        .containsExactly(Map.entry("a", 100.0));
    assertThat(of(snapshot.timedGauges, snapshot.timedGauges.values))
        .containsExactly(Map.entry("b", 5.0));
    assertThat(totals(snapshot)).containsExactly(Map.entry("a", 7.0));
    assertThat(flush(aggregator).timedCounts.size).isZero();
  }

  @Test
  void keys_beyondTheLimit_areDroppedAndCounted() {
    Limits limits = new Limits(2, 100, 100, 100);
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of(), limits, FORMS));
    send(aggregator, "a:1|c\nb:1|c\nc:1|c:2|c\na:1|g\na:1|c");
    assertThat(counts(flush(aggregator))).containsExactly(Map.entry("a", 2.0), Map.entry("b", 1.0));
    assertThat(counters.faults(LineFault.TOO_MANY_KEYS)).isEqualTo(3);
    assertThat(aggregator.badLines()).isZero();
  }

  @Test
  void keys_deletedLongAgo_makeRoom() {
    Limits limits = new Limits(2, 100, 100, 100);
    Aggregator aggregator =
        aggregator(StatsdFixtures.settings(Set.of(), limits, FORMS, Deletable.values()));
    send(aggregator, "a:1|c\nb:1|ms");
    for (int i = 0; i < 400; i++) {
      flush(aggregator);
    }
    assertThat(counters.keys()).isEqualTo(4); // its own three, and the lag
    send(aggregator, "c:1|c\na:1|s");
    assertThat(counts(flush(aggregator))).containsExactly(Map.entry("c", 1.0));
    assertThat(counters.faults(LineFault.TOO_MANY_KEYS)).isZero();
  }

  @Test
  void values_beyondTheLimits_areDroppedAndCounted() {
    Limits limits = new Limits(10, 8, 2, 100);
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of(), limits, FORMS));
    send(aggregator, "a:1|ms\na:2|ms\na:3|ms\nb:4|s\nb:5|s\nb:4|s");
    Snapshot snapshot = flush(aggregator);
    assertThat(snapshot.timers[0].size).isEqualTo(2);
    assertThat(snapshot.timers[0].count).isEqualTo(2);
    assertThat(snapshot.sets.values[0]).isEqualTo(1);
    assertThat(counters.faults(LineFault.TOO_MANY_VALUES)).isEqualTo(2);
    send(aggregator, "a:1|ms");
    assertThat(flush(aggregator).timers[0].size).isEqualTo(1);
  }

  @Test
  void names_thatAreTooLong_areCounted() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "n".repeat(5000) + ":1|c:2|c");
    assertThat(counters.faults(LineFault.NAME_TOO_LONG)).isEqualTo(2);
    assertThat(aggregator.badLines()).isEqualTo(2);
  }

  @Test
  void names_ofWhichNothingIsLeft_areCounted() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(StatsdFixtures.ALL_DIALECTS));
    send(aggregator, "$$:1|c");
    assertThat(counters.faults(LineFault.NO_NAME)).isEqualTo(1);
  }

  @Test
  void badLines_addToItsOwnCounters() {
    Aggregator aggregator = aggregator(StatsdFixtures.settings(Set.of()));
    send(aggregator, "a:x|c\n\nb\nc:1|c:2");
    Snapshot snapshot = flush(aggregator);
    assertThat(snapshot.counters.values).startsWith(3, 1, 3);
    assertThat(counters.lines()).isEqualTo(3);
    assertThat(counters.values()).isEqualTo(1);
  }
}
