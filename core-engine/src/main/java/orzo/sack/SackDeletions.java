package orzo.sack;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.index.DeletedSeries;
import orzo.intake.EntrySamples;
import orzo.metric.Metric;
import orzo.storage.BacklogPosition;
import orzo.storage.Catalog;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;

/**
 * What a sack's owner knows of deleted series, and what it does with samples that come for them.
 * For the processing thread of one sack.
 *
 * <p>A sample that was accepted before its series was deleted goes with it. One that was accepted
 * afterwards was written through a node that had not heard of the deletion: its sender was told
 * that it is stored, so it is folded into the series that the same metric has now. If the deletion
 * was forgotten meanwhile, which takes an hour, there is no telling which metric that is.
 */
final class SackDeletions {
  private static final Logger log = LoggerFactory.getLogger(SackDeletions.class);

  /** Deletions read at once. */
  private static final int CHUNK = 100;

  private final Catalog catalog;
  private final DeletedSeries heard;
  private final int sack;
  private final SackMeters meters;
  private BitSet deleted = new BitSet();
  private final Map<Integer, BacklogPosition> upTo = new HashMap<>(); // deleted and not forgotten
  private final Map<Integer, Integer> successors = new HashMap<>(); // deleted to alive, when asked
  private long number;

  SackDeletions(Catalog catalog, DeletedSeries heard, int sack, SackMeters meters) {
    this.catalog = catalog;
    this.heard = heard;
    this.sack = sack;
    this.meters = meters;
  }

  /** The number of the last deletion that is known here. */
  long number() {
    return number;
  }

  /** Whether this node has heard of more than is known here. */
  boolean isBehind() {
    return heard.heard(sack) > number;
  }

  /** All series that are deleted, not to be changed. */
  BitSet deleted() {
    return deleted;
  }

  /** Starts anew: whatever is deleted is known afterwards. */
  void load() {
    upTo.clear();
    number = 0;
    deleted = heard.deleted(sack); // before the deletions: those tell more of what is in both
    while (!read().isEmpty()) {}
  }

  /**
   * Hears of deletions.
   *
   * @return some that were not known, in order; none when all are
   */
  List<Deletion> read() {
    List<Deletion> some = catalog.deletions(sack, number, CHUNK);
    for (Deletion deletion : some) {
      for (int series : deletion.series()) {
        deleted.set(series);
        upTo.put(series, deletion.upTo());
      }
      // What was folded into a successor went with that one.
      successors.forEach((series, successor) -> {
        if (upTo.containsKey(series) && contains(deletion.series(), successor)) {
          upTo.merge(series, deletion.upTo(), SackDeletions::later);
        }
      });
      number = deletion.number();
    }
    return some;
  }

  private static boolean contains(int[] series, int wanted) {
    for (int one : series) {
      if (one == wanted) {
        return true;
      }
    }
    return false;
  }

  private static BacklogPosition later(BacklogPosition a, BacklogPosition b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /**
   * Takes samples of deleted series out of the columns, or gives them to the series of today.
   *
   * @param ends how many samples there are up to the end of each entry
   * @param positions the entries' positions
   */
  void apply(EntrySamples columns, int[] ends, List<BacklogPosition> positions) {
    int first = 0;
    while (first < columns.size && !deleted.get(columns.series[first])) {
      first++;
    }
    if (first == columns.size) {
      return;
    }
    int kept = first;
    int entry = 0;
    long revived = 0;
    long[] dropped = new long[SackMeters.Drop.values().length];
    for (int i = first; i < columns.size; i++) {
      while (i >= ends[entry]) {
        entry++;
      }
      int series = columns.series[i];
      if (deleted.get(series)) {
        BacklogPosition end = upTo.get(series);
        if (end != null && positions.get(entry).compareTo(end) <= 0) {
          dropped[SackMeters.Drop.DELETED_SERIES.ordinal()]++;
          continue;
        }
        OptionalInt successor = end == null ? OptionalInt.empty() : successor(series);
        if (successor.isEmpty()) {
          dropped[SackMeters.Drop.FORGOTTEN_SERIES.ordinal()]++;
          continue;
        }
        series = successor.getAsInt();
        revived++;
      }
      columns.move(i, kept++, series);
    }
    columns.truncate(kept);
    for (SackMeters.Drop reason : SackMeters.Drop.values()) {
      if (dropped[reason.ordinal()] > 0) {
        meters.dropped(sack, reason, dropped[reason.ordinal()]);
      }
    }
    if (revived > 0) {
      meters.revived(sack, revived);
    }
  }

  private OptionalInt successor(int series) {
    Integer known = successors.get(series);
    if (known != null && !deleted.get(known)) {
      return OptionalInt.of(known);
    }
    Optional<Metric> metric =
        catalog.read(sack, series, 1).stream()
            .filter(entry -> entry.series() == series)
            .map(CatalogEntry::metric)
            .findFirst();
    if (metric.isEmpty()) {
      return OptionalInt.empty();
    }
    int successor = catalog.register(sack, List.of(metric.get()))[0];
    log.debug("sack {}: series {} is written again, as {}", sack, series, successor);
    successors.put(series, successor);
    return OptionalInt.of(successor);
  }
}
