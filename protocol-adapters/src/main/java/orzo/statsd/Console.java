package orzo.statsd;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.statsd.StatsdSettings.Deletable;
import orzo.statsd.StatsdSettings.Namespace;

/**
 * Answers the commands of the management port, as the reference daemon does. Belongs to the thread
 * that aggregates.
 */
final class Console {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  /** How wide an object may be that is written on one line. */
  private static final int LINE_WIDTH = 72;

  /** How many values of a timer are shown; Node shows no more either. */
  private static final int MAX_VALUES = 100;

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
        List<String> entries = new ArrayList<>();
        aggregator.eachCounter(
            slot -> entries.add(quoted(slot.row.key.text) + ": " + JsNumber.text(slot.sum)));
        object(answer, entries);
      }
      case "timers" -> {
        List<String> entries = new ArrayList<>();
        aggregator.eachTimer(slot -> entries.add(quoted(slot.row.key.text) + ": " + list(slot)));
        object(answer, entries);
      }
      case "gauges" -> {
        List<String> entries = new ArrayList<>();
        aggregator.eachGauge(
            slot -> entries.add(quoted(slot.row.key.text) + ": " + JsNumber.text(slot.value)));
        object(answer, entries);
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

  /** An object as Node's {@code util.inspect} shows it. */
  private static void object(StringBuilder answer, List<String> entries) {
    int width = entries.stream().mapToInt(entry -> entry.length() + 2).sum();
    if (entries.isEmpty()) {
      answer.append("{}");
    } else if (width <= LINE_WIDTH) {
      answer.append("{ ").append(String.join(", ", entries)).append(" }");
    } else {
      answer.append("{\n  ").append(String.join(",\n  ", entries)).append("\n}");
    }
    answer.append("\nEND\n\n");
  }

  private static String list(TimerSlot slot) {
    if (slot.size == 0) {
      return "[]";
    }
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < Math.min(slot.size, MAX_VALUES); i++) {
      list.append(i == 0 ? " " : ", ");
      JsNumber.append(list, slot.values[i]);
    }
    int more = slot.size - MAX_VALUES;
    if (more > 0) {
      list.append(", ... ").append(more).append(more == 1 ? " more item" : " more items");
    }
    return list.append(" ]").toString();
  }

  private static String quoted(String key) {
    if (IDENTIFIER.matcher(key).matches()) {
      return key;
    }
    char quote = key.contains("'") && !key.contains("\"") ? '"' : '\'';
    StringBuilder text = new StringBuilder().append(quote);
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == quote || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\x").append(String.format(Locale.ROOT, "%02X", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append(quote).toString();
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
