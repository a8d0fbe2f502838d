package orzo.statsd;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Namespace;

/**
 * Answers the commands of the management port, as the reference daemon does. Belongs to the thread
 * that aggregates.
 */
final class Console {
  private final StatsdSettings settings;
  private final Aggregator aggregator;
  private final @Nullable CarbonForwarder forwarder;
  private final InstantSource clock;
  private final long startSeconds;
  private String health = "up";

  Console(
      StatsdSettings settings,
      Aggregator aggregator,
      @Nullable CarbonForwarder forwarder,
      InstantSource clock) {
    this.settings = settings;
    this.aggregator = aggregator;
    this.forwarder = forwarder;
    this.clock = clock;
    startSeconds = nowSeconds();
  }

  private long nowSeconds() {
    return Math.floorDiv(clock.millis() + 500, 1000L);
  }

  /** The answer to what arrived at once; null when the connection is to be closed. */
  @Nullable String answer(String command) {
    List<String> words = List.of(JsText.trim(command).split(" ", -1));
    List<String> parameters = words.subList(1, words.size());
    StringBuilder answer = new StringBuilder();
    switch (words.getFirst()) {
      case "help" ->
          answer.append(
              "Commands: stats, counters, timers, gauges, delcounters, deltimers, delgauges,"
                  + " health, config, quit\n\n");
      case "stats" -> stats(answer);
      case "counters" -> {
        Map<String, String> members = new LinkedHashMap<>();
        aggregator.eachCounter(slot -> members.put(slot.row.key.text, NodeText.number(slot.sum)));
        object(answer, members);
      }
      case "timers" -> {
        Map<String, String> members = new LinkedHashMap<>();
        aggregator.eachTimer(
            slot -> members.put(slot.row.key.text, NodeText.list(slot.values, slot.size)));
        object(answer, members);
      }
      case "gauges" -> {
        Map<String, String> members = new LinkedHashMap<>();
        aggregator.eachGauge(slot -> members.put(slot.row.key.text, NodeText.number(slot.value)));
        object(answer, members);
      }
      case "delcounters" -> {
        List<CounterSlot> slots = new ArrayList<>();
        aggregator.eachCounter(slots::add);
        delete(answer, parameters, slots, aggregator::delete);
      }
      case "deltimers" -> {
        List<TimerSlot> slots = new ArrayList<>();
        aggregator.eachTimer(slots::add);
        delete(answer, parameters, slots, aggregator::delete);
      }
      case "delgauges" -> {
        List<GaugeSlot> slots = new ArrayList<>();
        aggregator.eachGauge(slots::add);
        delete(answer, parameters, slots, aggregator::delete);
      }
      case "health" -> health(answer, parameters);
      case "config" -> config(answer);
      case "quit" -> {
        return null;
      }
      default -> answer.append("ERROR\n");
    }
    return answer.toString();
  }

  private void stats(StringBuilder answer) {
    long now = nowSeconds();
    line(answer, "uptime", now - startSeconds);
    line(answer, "messages.last_msg_seen", now - aggregator.lastMessageSeconds());
    line(answer, "messages.bad_lines_seen", aggregator.badLines());
    if (forwarder != null) {
      CarbonForwarder.Progress progress = forwarder.progress();
      line(answer, "graphite.last_flush", now - progress.lastFlushSeconds());
      line(answer, "graphite.last_exception", now - progress.lastExceptionSeconds());
      line(answer, "graphite.flush_time", progress.flushMillis());
      line(answer, "graphite.flush_length", progress.flushLength());
    }
    answer.append("END\n\n");
  }

  private static void line(StringBuilder answer, String name, Object value) {
    answer.append(name).append(": ").append(value).append('\n');
  }

  private void health(StringBuilder answer, List<String> parameters) {
    if (!parameters.isEmpty()) {
      String wanted = parameters.getFirst().toLowerCase(Locale.ROOT);
      if (wanted.equals("up") || wanted.equals("down")) {
        health = wanted;
      }
    }
    line(answer, "health", health);
  }

  private void config(StringBuilder answer) {
    answer.append('\n');
    line(answer, "flushInterval", settings.flushInterval().toMillis());
    List<Double> percentiles = settings.timers().percentiles();
    for (int i = 0; i < percentiles.size(); i++) {
      line(answer, "percentThreshold > " + i, JsNumber.text(percentiles.get(i)));
    }
    Namespace namespace = settings.namespace();
    line(answer, "prefixStats", namespace.ownPrefix());
    line(answer, "flush_counts", namespace.counts());
    line(answer, "keyNameSanitize", settings.sanitizeNames());
    line(answer, "graphite > legacyNamespace", namespace.legacy());
    line(answer, "graphite > globalPrefix", namespace.global());
    line(answer, "graphite > prefixCounter", namespace.counters());
    line(answer, "graphite > prefixTimer", namespace.timers());
    line(answer, "graphite > prefixGauge", namespace.gauges());
    line(answer, "graphite > prefixSet", namespace.sets());
    if (!namespace.suffix().isEmpty()) {
      line(answer, "graphite > globalSuffix", namespace.suffix());
    }
    line(answer, "gaugesMaxTTL", settings.deletion().gaugeFlushes());
    line(answer, "deleteCounters", deletes(Deletable.COUNTERS));
    line(answer, "deleteTimers", deletes(Deletable.TIMERS));
    line(answer, "deleteSets", deletes(Deletable.SETS));
    line(answer, "deleteGauges", deletes(Deletable.GAUGES));
  }

  private boolean deletes(Deletable type) {
    return settings.deletion().idle().contains(type);
  }

  private static void object(StringBuilder answer, Map<String, String> members) {
    answer.append(NodeText.object(members)).append("\nEND\n\n");
  }

  private static <S extends Slot> void delete(
      StringBuilder answer, List<String> wanted, List<S> there, Consumer<S> deletion) {
    for (String name : wanted) {
      List<S> matching = there.stream().filter(slot -> matches(name, slot)).toList();
      if (matching.isEmpty()) {
        answer.append("metric ").append(name).append(" not found\n");
      }
      for (S slot : matching) {
        deletion.accept(slot);
        answer.append("deleted: ").append(slot.row.key.text).append('\n');
      }
    }
    answer.append("END\n\n");
  }

  /** Whether a name is a slot's key, or ends in {@code .*} and the key begins as it does. */
  private static boolean matches(String name, Slot slot) {
    String key = slot.row.key.text;
    return slot.present
        && (key.equals(name)
            || name.endsWith(".*") && key.startsWith(name.substring(0, name.length() - 1)));
  }
}
