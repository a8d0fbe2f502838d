package orzo.carbon;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.Admission;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SampleBatch;
import orzo.storage.GatewayException;

/**
 * The samples of one event loop on their way to storage, in the order in which they came. What
 * storage refuses for want of room, or because it is away, is kept and brought again until it is
 * taken. All methods are for the event loop only.
 */
final class SampleOutbox {
  /*
   * Batches are appended while earlier ones are still on their way. When one fails, later ones may
   * have been stored; to bring only the failed one again would put older samples over newer ones
   * of the same time. So all from the first failed one on are brought again, in order: to store a
   * sample twice changes nothing.
   */

  private static final Logger log = LoggerFactory.getLogger(SampleOutbox.class);

  /** Samples of a batch that is full; it takes more only until its sender is held back. */
  static final int BATCH_SAMPLES = 16_384;

  /** Batches on their way at once. */
  static final int MAX_TRAVELLING = 16;

  /** How long to wait before storage is tried again. */
  static final long RETRY_MILLIS = 100;

  private static final int INITIAL_SAMPLES = 1024;
  private static final Protocol[] PROTOCOLS = Protocol.values();

  private static final class Shipment {
    final SampleBatch samples = new SampleBatch(INITIAL_SAMPLES);
    final int[] byProtocol = new int[PROTOCOLS.length];
    boolean done; // stored, or given up
    boolean stored;

    void clear() {
      samples.truncate(0);
      Arrays.fill(byProtocol, 0);
      done = false;
      stored = false;
    }
  }

  private final Intake intake;
  private final IntakeCounters counters;
  private final EventExecutor loop;
  private final Runnable changed;

  private Shipment current = new Shipment();
  private final ArrayDeque<Shipment> sent = new ArrayDeque<>(); // in order; the first is not done
  private final ArrayDeque<Shipment> idle = new ArrayDeque<>();
  private int travelling;
  private @Nullable Rejection obstacle; // why nothing is sent at the moment
  private boolean probing; // whether the first one is tried again
  private boolean retrying; // whether the next attempt is scheduled
  private boolean closed;

  /**
   * Creates an empty one.
   *
   * @param changed is called after storage has answered
   */
  SampleOutbox(Intake intake, IntakeCounters counters, EventExecutor loop, Runnable changed) {
    this.intake = intake;
    this.counters = counters;
    this.loop = loop;
    this.changed = changed;
  }

  /** Adds a sample. */
  void add(Protocol protocol, long ref, long timestampMillis, double value) {
    Shipment shipment = current;
    shipment.samples.add(ref, timestampMillis, value);
    shipment.byProtocol[protocol.ordinal()]++;
    if (shipment.samples.size() == BATCH_SAMPLES) {
      flush();
    }
  }

  /** Whether nothing more should be added: the batch is full, and there is no way for it. */
  boolean isFull() {
    return current.samples.size() >= BATCH_SAMPLES;
  }

  /** Whether everything has been stored, or given up. */
  boolean isEmpty() {
    return current.samples.size() == 0 && sent.isEmpty();
  }

  /** What samples are refused for when it is full. */
  Rejection obstacle() {
    return obstacle == null ? Rejection.OVERLOADED : obstacle;
  }

  /** Sends what was added, if something more may be on its way. */
  void flush() {
    if (current.samples.size() == 0
        || obstacle != null
        || closed
        || sent.size() == MAX_TRAVELLING) {
      return;
    }
    Rejection refusal = refusal(intake.admission());
    if (refusal != null) {
      obstacle = refusal;
      retryLater();
      return;
    }
    Shipment shipment = current;
    sent.addLast(shipment);
    Shipment next = idle.pollFirst();
    current = next == null ? new Shipment() : next;
    send(shipment);
  }

  /** Counts what is still here as rejected; nothing is sent any more. */
  void abandon() {
    closed = true;
    Rejection reason = obstacle == null ? Rejection.UNAVAILABLE : obstacle;
    sent.addLast(current);
    for (Shipment shipment : sent) {
      count(shipment, shipment.done ? null : reason);
    }
    sent.clear();
    current = new Shipment();
  }

  private static @Nullable Rejection refusal(Admission admission) {
    return switch (admission) {
      case ACCEPTING -> null;
      case BACKLOG_FULL -> Rejection.BACKLOG_FULL;
      case STORAGE_FULL -> Rejection.STORAGE_FULL;
    };
  }

  private void send(Shipment shipment) {
    shipment.done = false;
    travelling++;
    CompletionStage<Void> appended;
    try {
      appended = intake.append(shipment.samples);
    } catch (RuntimeException e) {
      loop.execute(() -> arrived(shipment, e));
      return;
    }
    var _ = appended.whenComplete((_, failure) -> loop.execute(() -> arrived(shipment, failure)));
  }

  private void arrived(Shipment shipment, @Nullable Throwable failure) {
    travelling--;
    if (closed) {
      return;
    }
    Rejection refusal = failure == null ? null : refusal(failure);
    if (refusal != null) {
      obstacle = refusal;
    } else {
      shipment.done = true;
      shipment.stored = failure == null;
      if (probing) { // it is taken again
        obstacle = null;
        sendAgain(shipment);
      }
    }
    probing = false;
    release();
    if (obstacle != null && travelling == 0) {
      retryLater();
    }
    flush();
    changed.run();
  }

  /** Why storage did not take something that it may take later; null when it never will. */
  private @Nullable Rejection refusal(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof GatewayException e) {
      switch (e.kind()) {
        case LIMIT -> {
          Rejection full = refusal(intake.admission());
          return full == null ? Rejection.OVERLOADED : full;
        }
        case UNAVAILABLE -> {
          return Rejection.UNAVAILABLE;
        }
        case MALFORMED, CORRUPT -> {}
      }
    }
    log.error("samples can't be stored", cause);
    return null;
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      var _ = loop.schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void retry() {
    retrying = false;
    if (closed || travelling > 0) { // the last one to arrive has it tried again
      return;
    }
    Rejection refusal = refusal(intake.admission());
    if (refusal != null) {
      obstacle = refusal;
      retryLater();
    } else if (sent.isEmpty()) {
      obstacle = null;
      flush();
      changed.run();
    } else {
      probing = true;
      send(sent.getFirst());
    }
  }

  /** Sends all batches behind the first once more. */
  private void sendAgain(Shipment first) {
    for (Shipment shipment : sent.toArray(Shipment[]::new)) {
      if (shipment != first) {
        send(shipment);
      }
    }
  }

  private void release() {
    while (!sent.isEmpty() && sent.getFirst().done) {
      Shipment shipment = sent.removeFirst();
      count(shipment, null);
      if (shipment.samples.capacity() <= 2 * BATCH_SAMPLES && idle.size() < MAX_TRAVELLING) {
        shipment.clear();
        idle.addFirst(shipment);
      }
    }
  }

  /** Counts a batch as stored, or as rejected for a reason. */
  private void count(Shipment shipment, @Nullable Rejection reason) {
    Rejection why = reason != null ? reason : shipment.stored ? null : Rejection.INTERNAL;
    for (Protocol protocol : PROTOCOLS) {
      int samples = shipment.byProtocol[protocol.ordinal()];
      if (samples == 0) {
        continue;
      }
      if (why == null) {
        counters.accepted(protocol, samples);
      } else {
        counters.rejected(protocol, why, samples);
      }
    }
  }
}
