package orzo.statsd;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import orzo.histogram.GrowingHistogram;
import orzo.metric.Labels;
import orzo.statsd.StatsdSettings.Buckets;
import orzo.statsd.StatsdSettings.Deletable;

/**
 * Adds up what lines say between two flushes. Everything happens on one thread, as in the reference
 * daemon: what a gauge's change is added to, and which value of several is the last, are then as
 * the sender meant them, and nothing needs a lock.
 *
 * <p>Memory is bounded: by the number of keys, and by the number of values that wait for a flush.
 */
final class Aggregator implements LineSink {
  /** How long a name with its tags may be, in bytes. */
  static final int MAX_KEY_BYTES = 4096;

  /** How much memory the bytes of known keys may take, per key that there may be. */
  private static final int RAW_BYTES_PER_KEY = 256;

  /** How many flushes a deleted key is remembered, so that its total goes on when it comes back. */
  private static final int REMEMBERED_FLUSHES = 360;

  /** Deleted keys are swept out when there are at least this many of them. */
  private static final int SWEEP_AT = 1024;

  /** What a value of a timer takes, in bytes, with the room that its array has left. */
  private static final int VALUE_BYTES = 16;

  /** What a member of a set takes beside its own bytes. */
  private static final int MEMBER_BYTES = 96;

  private final StatsdSettings settings;
  private final StatsdCounters counters;
  private final InstantSource clock;
  private final long seed;
  private final LineParser parser;
  private final KeyReader keyReader;
  private final TimerLayouts layouts;
  private final Map<String, StatKey> keys = new HashMap<>();
  private final ByteTable<StatKey> sentKeys;
  private final List<CounterSlot> counterSlots = new ArrayList<>();
  private final List<TimerSlot> timerSlots = new ArrayList<>();
  private final List<GaugeSlot> gaugeSlots = new ArrayList<>();
  private final List<SetSlot> setSlots = new ArrayList<>();
  private final CounterSlot badLinesSeen;
  private final CounterSlot packetsReceived;
  private final CounterSlot metricsReceived;
  private int ownSlots;
  private Snapshot.Rows timedCounts = new Snapshot.Rows(0);
  private Snapshot.Rows timedGauges = new Snapshot.Rows(0);
  private int slots;
  private int heldValues;
  private long badLines;
  private long lastMessageSeconds;
  private long lastFlushSeconds;

  // The series that values are of; resolved when the first one comes.
  private byte[] bytes = new byte[0];
  private int nameStart;
  private int nameEnd;
  private int tagsStart;
  private int tagsEnd;
  private boolean resolved;
  private @Nullable StatKey key;
  private LineFault refusal = LineFault.NO_NAME;

  /**
   * Creates one that has seen nothing.
   *
   * @param seed changes hashes; not to be known outside the process
   */
  Aggregator(StatsdSettings settings, StatsdCounters counters, InstantSource clock, long seed) {
    this.settings = settings;
    this.counters = counters;
    this.clock = clock;
    this.seed = seed;
    parser = new LineParser(settings.dialects(), this);
    keyReader = new KeyReader(settings.dialects(), settings.sanitizeNames());
    layouts = new TimerLayouts(settings.timers());
    sentKeys = new ByteTable<>(seed);
    String own = settings.namespace().ownPrefix();
    badLinesSeen = ownCounter(own + ".bad_lines_seen");
    packetsReceived = ownCounter(own + ".packets_received");
    metricsReceived = ownCounter(own + ".metrics_received");
    ownSlots = slots;
    lastMessageSeconds = nowSeconds();
  }

  private CounterSlot ownCounter(String name) {
    StatKey own = keys.computeIfAbsent(name, Aggregator::untagged);
    CounterSlot slot = addCounter(own);
    slot.present = true;
    return slot;
  }

  private static StatKey untagged(String name) {
    return new StatKey(name, "", Labels.EMPTY, name);
  }

  private long nowSeconds() {
    return Math.floorDiv(clock.millis() + 500, 1000L);
  }

  /** Takes a packet: a datagram, or complete lines of a connection. */
  void packet(byte[] packet, int start, int end) {
    counters.packet();
    packetsReceived.add(1);
    parser.parse(packet, start, end);
  }

  /** Hears that a packet, or all that had arrived at once, is done with. */
  void batchEnded() {
    lastMessageSeconds = nowSeconds();
  }

  @Override
  public void line() {
    counters.line();
    metricsReceived.add(1);
  }

  @Override
  public void series(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd) {
    this.bytes = bytes;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
    this.tagsStart = tagsStart;
    this.tagsEnd = tagsEnd;
    resolved = false;
  }

  @Override
  public void count(double value, double weight) {
    StatKey key = key();
    CounterSlot slot = key == null ? null : counterOf(key);
    if (slot != null) {
      slot.add(value * weight);
      counters.value();
    }
  }

  @Override
  public void observe(double value, double weight) {
    StatKey key = key();
    TimerSlot slot = key == null ? null : timerOf(key);
    if (slot != null && mayHold(slot.size)) {
      slot.add(value, weight);
      heldValues++;
      counters.value();
    }
  }

  @Override
  public void gauge(double value, boolean signed) {
    StatKey key = key();
    GaugeSlot slot = key == null ? null : gaugeOf(key);
    if (slot != null) {
      slot.set(value, signed);
      slot.ttl = settings.deletion().gaugeFlushes();
      counters.value();
    }
  }

  @Override
  public void member(byte[] bytes, int start, int end) {
    StatKey key = key();
    SetSlot slot = key == null ? null : setOf(key);
    if (slot == null) {
      return;
    }
    byte[] member = start == end ? EMPTY_MEMBER : bytes;
    int from = start == end ? 0 : start;
    int to = start == end ? 1 : end;
    if (slot.members.find(member, from, to, to, to) == null) {
      if (!mayHold(slot.members.size())) {
        return;
      }
      slot.members.add(member, from, to, to, to, Boolean.TRUE);
      heldValues += (MEMBER_BYTES + to - from) / VALUE_BYTES;
    }
    slot.present = true;
    counters.value();
  }

  /** What the reference daemon takes an empty member for. */
  private static final byte[] EMPTY_MEMBER = {'0'};

  @Override
  public void countAt(double value, long seconds) {
    StatKey key = key();
    CounterSlot slot = key == null ? null : counterOf(key);
    if (slot != null && mayHold(0)) {
      timedCounts.add(slot.row, value, seconds);
      slot.timed = true;
      raise(slot, value);
      heldValues++;
      counters.value();
    }
  }

  @Override
  public void gaugeAt(double value, long seconds) {
    StatKey key = key();
    GaugeSlot slot = key == null ? null : gaugeOf(key);
    if (slot != null && mayHold(0)) {
      timedGauges.add(slot.row, value, seconds);
      heldValues++;
      counters.value();
    }
  }

  @Override
  public void event() {
    counters.event();
  }

  @Override
  public void serviceCheck() {
    counters.serviceCheck();
  }

  @Override
  public void fault(LineFault fault) {
    counters.fault(fault);
    if (fault.isMalformed()) {
      badLinesSeen.add(1);
      badLines++;
    }
  }

  private boolean mayHold(int ofKey) {
    if (heldValues < settings.limits().values() && ofKey < settings.limits().valuesPerKey()) {
      return true;
    }
    fault(LineFault.TOO_MANY_VALUES);
    return false;
  }

  /** The key of the values that come; null, once the reason was counted, when there is none. */
  private @Nullable StatKey key() {
    if (!resolved) {
      key = sentKeys.find(bytes, nameStart, nameEnd, tagsStart, tagsEnd);
      if (key == null) {
        key = readKey();
      }
      resolved = true;
    }
    if (key == null) {
      fault(refusal);
    }
    return key;
  }

  private @Nullable StatKey readKey() {
    if (nameEnd - nameStart + tagsEnd - tagsStart > MAX_KEY_BYTES) {
      refusal = LineFault.NAME_TOO_LONG;
      return null;
    }
    StatKey read = keyReader.read(bytes, nameStart, nameEnd, tagsStart, tagsEnd);
    if (read == null) {
      refusal = LineFault.NO_NAME;
      return null;
    }
    StatKey known = keys.get(read.text);
    if (known == null) {
      if (isFull()) {
        refusal = LineFault.TOO_MANY_KEYS;
        return null;
      }
      keys.put(read.text, read);
      known = read;
    }
    if (sentKeys.sizeBytes() > (long) settings.limits().keys() * RAW_BYTES_PER_KEY) {
      sentKeys.clear(); // the same key may be sent as any number of different bytes
    }
    sentKeys.add(bytes, nameStart, nameEnd, tagsStart, tagsEnd, known);
    return known;
  }

  private boolean isFull() {
    return slots - ownSlots >= settings.limits().keys();
  }

  private boolean mayAddSlot() {
    if (isFull()) {
      fault(LineFault.TOO_MANY_KEYS);
      return false;
    }
    return true;
  }

  private @Nullable CounterSlot counterOf(StatKey key) {
    CounterSlot slot = key.counter;
    return slot != null ? slot : mayAddSlot() ? addCounter(key) : null;
  }

  private CounterSlot addCounter(StatKey key) {
    CounterSlot slot =
        new CounterSlot(new SeriesRow(key, SeriesRow.Kind.COUNTER, null, SeriesNames.TOTAL + 1));
    key.counter = slot;
    counterSlots.add(slot);
    counters.keys(++slots);
    return slot;
  }

  private @Nullable TimerSlot timerOf(StatKey key) {
    TimerSlot slot = key.timer;
    if (slot == null && mayAddSlot()) {
      TimerLayout layout = layouts.of(key.text);
      slot =
          new TimerSlot(
              new SeriesRow(key, SeriesRow.Kind.TIMER, layout, layout.size()),
              newHistogram(),
              clock.millis());
      key.timer = slot;
      timerSlots.add(slot);
      counters.keys(++slots);
    }
    return slot;
  }

  private @Nullable GrowingHistogram newHistogram() {
    Buckets buckets = settings.timers().buckets();
    return settings.hasNativeHistograms()
        ? new GrowingHistogram(buckets.schema(), buckets.max())
        : null;
  }

  private @Nullable GaugeSlot gaugeOf(StatKey key) {
    GaugeSlot slot = key.gauge;
    return slot != null ? slot : mayAddSlot() ? addGauge(key) : null;
  }

  private GaugeSlot addGauge(StatKey key) {
    GaugeSlot slot =
        new GaugeSlot(
            new SeriesRow(key, SeriesRow.Kind.GAUGE, null, SeriesNames.LABELLED_VALUE + 1));
    key.gauge = slot;
    gaugeSlots.add(slot);
    counters.keys(++slots);
    return slot;
  }

  private @Nullable SetSlot setOf(StatKey key) {
    SetSlot slot = key.set;
    if (slot == null && mayAddSlot()) {
      slot =
          new SetSlot(
              new SeriesRow(key, SeriesRow.Kind.SET, null, SeriesNames.LABELLED_VALUE + 1), seed);
      key.set = slot;
      setSlots.add(slot);
      counters.keys(++slots);
    }
    return slot;
  }

  /** Adds to a total, which only rises. */
  private void raise(CounterSlot slot, double count) {
    if (count >= 0 && count < Double.POSITIVE_INFINITY) {
      slot.total += count;
    } else {
      counters.fallingCount();
    }
  }

  /**
   * Takes what was aggregated since the last flush, and starts anew.
   *
   * @param timestampSeconds the time of the flush
   */
  Snapshot flush(long timestampSeconds) {
    tellLag(timestampSeconds);
    Snapshot snapshot =
        new Snapshot(
            timestampSeconds,
            counterSlots.size(),
            timerSlots.size(),
            gaugeSlots.size(),
            setSlots.size(),
            timedCounts,
            timedGauges);
    timedCounts = new Snapshot.Rows(0);
    timedGauges = new Snapshot.Rows(0);
    heldValues = 0;
    int absent = flushCounters(snapshot);
    absent += flushTimers(snapshot);
    absent += flushGauges(snapshot);
    absent += flushSets(snapshot);
    if (absent >= SWEEP_AT || absent > 0 && isFull()) {
      sweep();
    }
    return snapshot;
  }

  private void tellLag(long timestampSeconds) {
    if (lastFlushSeconds > 0) {
      StatKey own =
          keys.computeIfAbsent(
              settings.namespace().ownPrefix() + ".timestamp_lag", Aggregator::untagged);
      GaugeSlot slot = own.gauge;
      if (slot == null) {
        slot = addGauge(own);
        ownSlots++;
      }
      slot.set(timestampSeconds - lastFlushSeconds - settings.flushSeconds(), false);
      slot.ttl = Integer.MAX_VALUE; // the reference daemon never deletes it
    }
    lastFlushSeconds = timestampSeconds;
  }

  private boolean deletes(Deletable type) {
    return settings.deletion().idle().contains(type);
  }

  /** Counts a flush that a slot was not there at; returns 1 once it is not remembered any more. */
  private static int absent(Slot slot) {
    return ++slot.absentFlushes > REMEMBERED_FLUSHES ? 1 : 0;
  }

  private int flushCounters(Snapshot snapshot) {
    boolean deletes = deletes(Deletable.COUNTERS);
    int absent = 0;
    for (CounterSlot slot : counterSlots) {
      if (slot.present) {
        if (slot.sum != 0) {
          raise(slot, slot.sum);
        }
        snapshot.counters.add(slot.row, slot.sum, slot.total);
        slot.sum = 0;
        slot.present = !deletes || slot.kept;
        slot.absentFlushes = 0;
      } else if (slot.timed) {
        snapshot.totals.add(slot.row, 0, slot.total);
        slot.absentFlushes = 0;
      } else {
        absent += absent(slot);
      }
      slot.timed = false;
    }
    return absent;
  }

  private int flushTimers(Snapshot snapshot) {
    boolean deletes = deletes(Deletable.TIMERS);
    int absent = 0;
    for (TimerSlot slot : timerSlots) {
      if (slot.present) {
        boolean counts = Double.isFinite(slot.count) && Double.isFinite(slot.weightedSum);
        if (counts) {
          slot.totalCount += slot.count;
          slot.totalSum += slot.weightedSum;
        } else {
          counters.fallingCount();
        }
        snapshot.timers[snapshot.timerCount++] = new Snapshot.Times(slot, counts);
        slot.restart();
        slot.present = !deletes;
        slot.absentFlushes = 0;
      } else {
        absent += absent(slot);
      }
    }
    return absent;
  }

  private int flushGauges(Snapshot snapshot) {
    boolean deletes = deletes(Deletable.GAUGES);
    int absent = 0;
    for (GaugeSlot slot : gaugeSlots) {
      if (slot.present) {
        snapshot.gauges.add(slot.row, slot.value, 0);
        slot.present = !deletes || --slot.ttl >= 1;
        slot.absentFlushes = 0;
      } else {
        absent += absent(slot);
      }
    }
    return absent;
  }

  private int flushSets(Snapshot snapshot) {
    boolean deletes = deletes(Deletable.SETS);
    int absent = 0;
    for (SetSlot slot : setSlots) {
      if (slot.present) {
        snapshot.sets.add(slot.row, slot.members.size(), 0);
        slot.members.clear();
        slot.present = !deletes;
        slot.absentFlushes = 0;
      } else {
        absent += absent(slot);
      }
    }
    return absent;
  }

  /** Forgets keys that were deleted long ago, totals included. */
  private void sweep() {
    counterSlots.removeIf(
        slot -> !slot.kept && isForgotten(slot, () -> slot.row.key.counter = null));
    timerSlots.removeIf(slot -> isForgotten(slot, () -> slot.row.key.timer = null));
    gaugeSlots.removeIf(slot -> isForgotten(slot, () -> slot.row.key.gauge = null));
    setSlots.removeIf(slot -> isForgotten(slot, () -> slot.row.key.set = null));
    keys.values().removeIf(StatKey::isEmpty);
    sentKeys.clear();
    resolved = true; // what was resolved may be gone; the next line says anew whose values come
    key = null;
    slots = counterSlots.size() + timerSlots.size() + gaugeSlots.size() + setSlots.size();
    counters.keys(slots);
  }

  private static boolean isForgotten(Slot slot, Runnable detach) {
    boolean forgotten = !slot.present && slot.absentFlushes > REMEMBERED_FLUSHES;
    if (forgotten) {
      detach.run();
    }
    return forgotten;
  }

  /** Bad lines since the start. */
  long badLines() {
    return badLines;
  }

  /** When the last packet came, in seconds since 1970; the start if none has. */
  long lastMessageSeconds() {
    return lastMessageSeconds;
  }

  /** Gives every counter that is there. */
  void eachCounter(Consumer<CounterSlot> consumer) {
    each(counterSlots, consumer);
  }

  /** Gives every timer that is there. */
  void eachTimer(Consumer<TimerSlot> consumer) {
    each(timerSlots, consumer);
  }

  /** Gives every gauge that is there. */
  void eachGauge(Consumer<GaugeSlot> consumer) {
    each(gaugeSlots, consumer);
  }

  private static <S extends Slot> void each(List<S> slots, Consumer<S> consumer) {
    for (S slot : slots) {
      if (slot.present) {
        consumer.accept(slot);
      }
    }
  }

  /** Deletes a counter that is there. */
  void delete(CounterSlot slot) {
    slot.present = false;
    slot.sum = 0;
  }

  /** Deletes a timer that is there. */
  void delete(TimerSlot slot) {
    heldValues -= slot.size;
    slot.present = false;
    slot.restart();
  }

  /** Deletes a gauge that is there. */
  void delete(GaugeSlot slot) {
    slot.present = false;
  }
}
