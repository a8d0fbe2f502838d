package orzo.intake;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orzo.metric.SeriesRef;
import orzo.storage.Backlog;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * How much of what was accepted stands in the backlogs, not yet written into splits. Counting reads
 * all of it, so it is refused where that is much. Safe for many threads.
 */
public final class BacklogReport {
  /** Beyond this, counting would take as long as processing. */
  private static final long MAX_BYTES = 256L << 20;

  private static final int ENTRIES_AT_ONCE = 16;
  private static final int SAMPLES_EXPECTED = 1024;

  private final Backlog backlog;
  private final int sacks;

  /** Creates a report on the backlogs of so many sacks. */
  public BacklogReport(Backlog backlog, int sacks) {
    this.backlog = backlog;
    this.sacks = sacks;
  }

  /**
   * How many samples wait, by the references of their series.
   *
   * @throws GatewayException {@link Kind#LIMIT} when the backlogs are so large that they should not
   *     be counted, {@link Kind#UNAVAILABLE} when storage does not answer
   */
  public Map<Long, Long> waiting() {
    long bytes = 0;
    for (int sack = 0; sack < sacks; sack++) {
      bytes += backlog.sizeBytes(sack);
    }
    if (bytes > MAX_BYTES) {
      throw new GatewayException(
          Kind.LIMIT, "the backlog takes " + bytes + " bytes, it is counted up to " + MAX_BYTES);
    }
    Map<Long, Long> waiting = new HashMap<>();
    EntrySamples samples = new EntrySamples(SAMPLES_EXPECTED);
    for (int sack = 0; sack < sacks; sack++) {
      count(sack, samples, waiting);
    }
    return waiting;
  }

  private void count(int sack, EntrySamples samples, Map<Long, Long> waiting) {
    long left = backlog.length(sack); // what comes while this counts does not count
    BacklogPosition after = BacklogPosition.START;
    while (left > 0) {
      List<BacklogEntry> entries = backlog.read(sack, after, (int) Math.min(left, ENTRIES_AT_ONCE));
      if (entries.isEmpty()) {
        return;
      }
      for (BacklogEntry entry : entries) {
        samples.clear();
        try {
          EntryCodec.read(entry.bytes(), samples);
        } catch (GatewayException _) {
          continue; // whoever processes the sack counts what cannot be read
        }
        for (int i = 0; i < samples.size; i++) {
          waiting.merge(SeriesRef.of(sack, samples.series[i]), 1L, Long::sum);
        }
      }
      left -= entries.size();
      after = entries.getLast().position();
    }
  }
}
