package orzo.sack;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.BacklogPosition;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OutageLog;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;

/** Stores what a sack's owner has made, and keeps the checkpoint. For the processing thread. */
final class SackFlusher {
  private static final Logger log = LoggerFactory.getLogger(SackFlusher.class);

  /** How long to wait before asking again what became of a flush. */
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

  private final SplitStore splits;
  private final Lease lease;
  private final SackProgress progress;
  private final SackMeters meters;
  private final OutageLog outages;
  private Checkpoint checkpoint = Checkpoint.START;

  SackFlusher(
      SplitStore splits, Lease lease, SackProgress progress, SackMeters meters, OutageLog outages) {
    this.splits = splits;
    this.lease = lease;
    this.progress = progress;
    this.meters = meters;
    this.outages = outages;
  }

  /** Reads the stored checkpoint, and goes on from there. */
  Checkpoint load() {
    checkpoint = splits.checkpoint(lease.sack());
    return checkpoint;
  }

  /** The checkpoint of the last flush. */
  Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Stores; when the answer got lost, asks for the checkpoint until it is known what happened.
   *
   * @param deletions the number of the last deletion that what is written takes account of
   */
  FlushOutcome flush(
      BacklogPosition position, long deletions, List<SplitWrite> writes, List<OpenMarks> marks) {
    Flush flush = new Flush(checkpoint, position, deletions, writes, marks);
    FlushOutcome outcome = store(flush);
    meters.flushEnded(lease.sack(), outcome);
    if (outcome == FlushOutcome.FLUSHED) {
      checkpoint = flush.next();
    } else {
      log.info(
          "sack {}: flush of lease {} from checkpoint {} refused: {}",
          lease.sack(),
          lease.epoch(),
          checkpoint,
          outcome);
    }
    return outcome;
  }

  private FlushOutcome store(Flush flush) {
    while (true) {
      try {
        return splits.flush(lease, flush);
      } catch (GatewayException e) {
        if (e.kind() != Kind.UNAVAILABLE) {
          throw e;
        }
        meters.failed(lease.sack());
        outages.failed(SackOwner.part(lease.sack()), e);
      }
      if (isStored(flush)) {
        return FlushOutcome.FLUSHED;
      }
    }
  }

  private boolean isStored(Flush flush) {
    while (!progress.hasEnded()) {
      progress.pause(RETRY_INTERVAL);
      try {
        return splits.checkpoint(lease.sack()).equals(flush.next());
      } catch (GatewayException e) {
        meters.failed(lease.sack());
      }
    }
    throw new GatewayException(
        Kind.UNAVAILABLE, "sack " + lease.sack() + ": stopped before storage answered");
  }
}
