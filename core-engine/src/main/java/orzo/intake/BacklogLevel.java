package orzo.intake;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.Backlog;
import orzo.storage.GatewayException;
import orzo.storage.OutageLog;
import orzo.time.Heartbeat;

/**
 * How many bytes stand in the backlogs of all sacks, measured now and then, and whether that is too
 * much. Full is what reached the limit; it stays so until a fifth of the limit is free again, so
 * that writers are not let in and sent away by turns.
 *
 * <p>Between two measurements more may come in than the limit allows: what all nodes take in within
 * that time. While storage does not answer, what was measured last counts. Safe for many threads.
 */
public final class BacklogLevel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BacklogLevel.class);

  private static final String NAME = "backlog level";

  private final Backlog backlog;
  private final int sacks;
  private final long limitBytes;
  private volatile long[] sizes; // by sack; never changed, only replaced
  private volatile boolean full;
  private volatile @Nullable Heartbeat heartbeat;

  /** Creates it; nothing is measured before {@link #start}. */
  public BacklogLevel(Backlog backlog, int sacks, long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("limitBytes: " + limitBytes + " (expected: >= 1)");
    }
    this.backlog = backlog;
    this.sacks = sacks;
    this.limitBytes = limitBytes;
    this.sizes = new long[sacks];
  }

  /**
   * Measures, and keeps on doing so.
   *
   * @param outages hears of failures of storage; none ends measuring, or hinders its start
   */
  public void start(Duration interval, OutageLog outages) {
    try {
      measure();
    } catch (GatewayException e) {
      outages.failed(NAME, e);
    }
    heartbeat = Heartbeat.start(NAME, interval, outages, this::measure);
  }

  /** Whether there is no room for more. */
  public boolean isFull() {
    return full;
  }

  /** The bytes of all sacks, as measured last. */
  public long bytes() {
    long bytes = 0;
    for (long size : sizes) {
      bytes += size;
    }
    return bytes;
  }

  /** The bytes of one sack, as measured last. */
  public long bytes(int sack) {
    return sizes[sack];
  }

  /** How many bytes may stand in all sacks together. */
  public long limitBytes() {
    return limitBytes;
  }

  void measure() {
    long[] measured = new long[sacks];
    for (int sack = 0; sack < sacks; sack++) {
      measured[sack] = backlog.sizeBytes(sack);
    }
    sizes = measured;
    judge(bytes());
  }

  private void judge(long bytes) {
    long resumeBytes = limitBytes - limitBytes / 5;
    if (!full && bytes >= limitBytes) {
      log.warn(
          "backlog has {} bytes (limit: {}): samples are refused until it has fewer than {}",
          bytes,
          limitBytes,
          resumeBytes);
      full = true;
    } else if (full && bytes < resumeBytes) {
      log.info("backlog has {} bytes: samples are taken again", bytes);
      full = false;
    }
  }

  /** Measures no more. */
  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }
}
