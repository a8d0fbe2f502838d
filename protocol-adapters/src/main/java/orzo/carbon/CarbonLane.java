package orzo.carbon;

import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.storage.GatewayException;

/**
 * What all connections of one event loop share: decoders and their working memory, the samples on
 * their way to storage, the paths that are being registered, and whether there is room to read on.
 * All methods are for the event loop only.
 */
final class CarbonLane implements SampleSink {
  private static final Logger log = LoggerFactory.getLogger(CarbonLane.class);

  /** How many bytes are decoded at once, beside a line that began earlier. */
  private static final int CHUNK_BYTES = 64 << 10;

  /** How often something that is refused for one reason is shown in the log. */
  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How much of it is shown. */
  private static final int MAX_SHOWN = 200;

  private final EventExecutor loop;
  private final CarbonReceiver receiver;
  private final IntakeCounters counters;
  private final ReadingGate gate;
  private final LineDecoder lines;
  private final PickleDecoder pickles;
  private final SampleOutbox outbox;
  private final byte[] work;
  private final long[] shownNanos = new long[Rejection.values().length];

  private Protocol protocol = Protocol.CARBON_LINE; // of what is being decoded
  private long received; // since counted last
  private boolean flushing; // whether a flush is scheduled
  private UnknownPaths unknown = new UnknownPaths();
  private @Nullable UnknownPaths registering;
  private @Nullable Rejection registrationObstacle;
  private boolean draining;
  private @Nullable Runnable whenDrained;
  private boolean abandoned;

  /**
   * Creates a lane without connections.
   *
   * @param partialLimitBytes what pickles of this lane that have arrived in part may hold
   */
  CarbonLane(EventExecutor loop, CarbonReceiver receiver, long partialLimitBytes) {
    this.loop = loop;
    this.receiver = receiver;
    this.counters = receiver.counters();
    gate = new ReadingGate(loop, partialLimitBytes);
    int lineBytes = receiver.limits().lineBytes();
    lines = new LineDecoder(CarbonReceiver.TENANT, lineBytes);
    pickles = new PickleDecoder(CarbonReceiver.TENANT, lineBytes);
    outbox = new SampleOutbox(receiver.intake(), counters, loop, this::roomChanged);
    work = new byte[lineBytes + CHUNK_BYTES + 1];
    Arrays.fill(shownNanos, System.nanoTime() - LOG_INTERVAL_NANOS);
  }

  CarbonLimits limits() {
    return receiver.limits();
  }

  PathCaches caches() {
    return receiver.caches();
  }

  /**
   * Memory to bring bytes together in before they are decoded: a line as long as it may be, and
   * more than a datagram can hold.
   */
  byte[] work() {
    return work;
  }

  /** Decodes {@code bytes[from, to)}, whole lines. */
  void decodeLines(Protocol protocol, byte[] bytes, int from, int to, SeriesCache.Lookup lookup) {
    this.protocol = protocol;
    lines.decode(bytes, from, to, receiver.clock().millis(), lookup, this);
  }

  /** Decodes the pickle {@code bytes[from, to)}. */
  void decodePickle(byte[] bytes, int from, int to, SeriesCache.Lookup lookup) {
    protocol = Protocol.CARBON_PICKLE;
    pickles.decode(bytes, from, to, receiver.clock().millis(), lookup, this);
  }

  /** Counts what can't be decoded as one sample. */
  void refuse(Protocol protocol, Rejection reason, byte[] bytes, int from, int to) {
    this.protocol = protocol;
    rejected(reason, bytes, from, to);
  }

  /** Counts samples that are dropped unread because there is no room. */
  void drop(Protocol protocol, int samples) {
    counters.received(protocol, samples);
    counters.rejected(protocol, obstacle(), samples);
  }

  /** Must be called when everything was decoded that was there to read. */
  void readComplete() {
    if (received > 0) {
      counters.received(protocol, received);
      received = 0;
      if (!flushing) {
        // Not before the other connections that have something to read have been read, too.
        flushing = true;
        loop.execute(this::flush);
      }
    }
    updateReading();
  }

  @Override
  public void sample(long ref, long timestampMillis, double value) {
    received++;
    outbox.add(protocol, ref, timestampMillis, value);
  }

  @Override
  public void unknown(byte[] key, int offset, int length, long timestampMillis, double value) {
    received++;
    if (protocol == Protocol.CARBON_UDP && unknown.isFull()) {
      counters.rejected(protocol, obstacle(), 1);
    } else {
      unknown.add(protocol, key, offset, length, timestampMillis, value);
    }
  }

  @Override
  public void rejected(Rejection reason, byte[] bytes, int from, int to) {
    received++;
    counters.rejected(protocol, reason, 1);
    if (reason == Rejection.NAN || reason == Rejection.DROPPED_BY_RULE) {
      return; // collectd sends the one, and somebody wants the other
    }
    long now = System.nanoTime();
    if (now - shownNanos[reason.ordinal()] >= LOG_INTERVAL_NANOS) {
      shownNanos[reason.ordinal()] = now;
      log.warn(
          "{}: {}: '{}'; more are only counted, for a minute",
          protocol.label(),
          reason.label(),
          excerpt(bytes, from, to));
    }
  }

  private static String excerpt(byte[] bytes, int from, int to) {
    int length = Math.min(to - from, MAX_SHOWN);
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    return text.replaceAll("[\\p{Cntrl}]", "·") + (length < to - from ? "…" : "");
  }

  private Rejection obstacle() {
    Rejection ofRegistration = registrationObstacle;
    return ofRegistration != null && !outbox.isFull() ? ofRegistration : outbox.obstacle();
  }

  /** What decides who is read. */
  ReadingGate gate() {
    return gate;
  }

  /** Whether there is room for more; of what comes by UDP the rest is to be dropped. */
  boolean hasRoom() {
    return !outbox.isFull() && !unknown.isFull() && !draining;
  }

  private void updateReading() {
    gate.open(hasRoom());
  }

  private void flush() {
    flushing = false;
    outbox.flush();
    register();
    updateReading();
  }

  private void roomChanged() {
    updateReading();
    checkDrained();
  }

  // Registration

  private void register() {
    if (registering == null && unknown.size() > 0) {
      registering = unknown;
      unknown = new UnknownPaths();
      register(registering);
    }
  }

  private void register(UnknownPaths paths) {
    PathRegistration registration =
        new PathRegistration(receiver.intake(), receiver.mapping(), CarbonReceiver.TENANT, paths);
    Thread.ofVirtual()
        .name("carbon-register")
        .start(() -> {
          try {
            PathRegistration.Result result = registration.run();
            loop.execute(() -> registered(paths, result));
          } catch (Throwable e) { // the top of a thread: whatever it is, the lane must know
            loop.execute(() -> registrationFailed(paths, e));
          }
        });
  }

  private void registered(UnknownPaths paths, PathRegistration.Result result) {
    if (abandoned) {
      return;
    }
    if (!result.firstFault().isEmpty()) {
      log.warn("carbon: {}", result.firstFault());
    }
    long[] refs = result.refs();
    for (int i = 0; i < refs.length; i++) {
      SeriesCache cache = cache(paths.protocol(i));
      int start = paths.keyStart(i);
      int length = paths.keyLength(i);
      if (cache.find(CarbonReceiver.TENANT, paths.keys(), start, length) == SeriesCache.ABSENT) {
        cache.put(CarbonReceiver.TENANT, paths.keys(), start, length, refs[i]);
      }
      deliver(paths, i, refs[i]);
    }
    deliverKnown();
    registering = null;
    registrationObstacle = null;
    flush();
    checkDrained();
  }

  /**
   * Takes the samples whose paths have become known meanwhile out of those that wait: before more
   * of these paths are decoded, so that their order stays.
   */
  private void deliverKnown() {
    UnknownPaths waiting = unknown;
    unknown = new UnknownPaths();
    for (int i = 0; i < waiting.size(); i++) {
      long ref =
          cache(waiting.protocol(i))
              .find(
                  CarbonReceiver.TENANT, waiting.keys(), waiting.keyStart(i), waiting.keyLength(i));
      if (ref == SeriesCache.ABSENT) {
        unknown.add(waiting, i);
      } else {
        deliver(waiting, i, ref);
      }
    }
  }

  private void deliver(UnknownPaths paths, int i, long ref) {
    if (CachedRef.isRefused(ref)) {
      counters.rejected(paths.protocol(i), CachedRef.reason(ref), 1);
    } else {
      outbox.add(paths.protocol(i), ref, paths.timestampMillis(i), paths.value(i));
    }
  }

  private SeriesCache cache(Protocol protocol) {
    return protocol == Protocol.CARBON_PICKLE ? caches().pickles() : caches().lines();
  }

  private void registrationFailed(UnknownPaths paths, Throwable failure) {
    if (abandoned) {
      return;
    }
    Rejection mayWork = failure instanceof GatewayException e ? mayWorkLater(e) : null;
    if (mayWork != null) {
      registrationObstacle = mayWork;
      var _ =
          loop.schedule(() -> register(paths), SampleOutbox.RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    log.error("carbon: paths can't be registered", failure);
    rejectAll(paths, Rejection.INTERNAL);
    registering = null;
    flush();
    checkDrained();
  }

  private @Nullable Rejection mayWorkLater(GatewayException failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE -> Rejection.UNAVAILABLE;
      case LIMIT -> Rejection.STORAGE_FULL;
      case MALFORMED, CORRUPT -> null;
    };
  }

  private void rejectAll(UnknownPaths paths, Rejection reason) {
    for (int i = 0; i < paths.size(); i++) {
      counters.rejected(paths.protocol(i), reason, 1);
    }
  }

  // The end

  /**
   * Reads nothing any more.
   *
   * @param whenDrained is run once everything that was read is stored
   */
  void drain(Runnable whenDrained) {
    draining = true;
    this.whenDrained = whenDrained;
    flush();
    checkDrained();
  }

  private void checkDrained() {
    Runnable run = whenDrained;
    if (run != null && outbox.isEmpty() && registering == null && unknown.size() == 0) {
      whenDrained = null;
      run.run();
    }
  }

  /** Gives up what is not stored, and counts it. */
  void abandon() {
    abandoned = true;
    Rejection reason = registrationObstacle == null ? Rejection.UNAVAILABLE : registrationObstacle;
    rejectAll(unknown, reason);
    if (registering != null) {
      rejectAll(registering, reason);
    }
    outbox.abandon();
  }
}
