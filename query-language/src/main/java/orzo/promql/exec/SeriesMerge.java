package orzo.promql.exec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.block.Presence;
import orzo.promql.exec.block.SeriesBlock;
import orzo.query.QueryException;

/** Makes one series of those that came to have the same labels. */
final class SeriesMerge {
  private SeriesMerge() {}

  /** What makes two blocks the same series. */
  private record Identity(Labels labels, boolean nameDropped) {
    static Identity of(SeriesBlock block) {
      return new Identity(block.labels(), block.nameDropped());
    }
  }

  /**
   * Merges blocks with the same labels, each at the place of its first part.
   *
   * @throws QueryException when two of them have a value at the same step
   */
  static List<SeriesBlock> byLabels(List<SeriesBlock> blocks) {
    if (blocks.size() < 2 || !hasDuplicates(blocks)) {
      return blocks;
    }
    Map<Identity, Integer> places = new HashMap<>();
    List<SeriesBlock> merged = new ArrayList<>(blocks.size());
    for (SeriesBlock block : blocks) {
      Integer place = places.putIfAbsent(Identity.of(block), merged.size());
      if (place == null) {
        merged.add(block);
      } else {
        merged.set(place, merge(merged.get(place), block));
      }
    }
    return merged;
  }

  /** The exception for series that can't be told apart. */
  static QueryException sameLabelset() {
    return new QueryException(
        QueryException.Type.EXECUTION, "vector cannot contain metrics with the same labelset");
  }

  private static boolean hasDuplicates(List<SeriesBlock> blocks) {
    Set<Identity> seen = HashSet.newHashSet(blocks.size());
    for (SeriesBlock block : blocks) {
      if (!seen.add(Identity.of(block))) {
        return true;
      }
    }
    return false;
  }

  private static SeriesBlock merge(SeriesBlock left, SeriesBlock right) {
    if (Presence.intersects(left.presence, right.presence)) {
      throw sameLabelset();
    }
    SeriesBlock both =
        new SeriesBlock(
            left.labels(), left.nameDropped(), left.values.clone(), left.presence.clone());
    for (int step = Presence.next(right.presence, 0);
        step >= 0;
        step = Presence.next(right.presence, step + 1)) {
      both.set(step, right.values[step]);
    }
    copyHistograms(left, both);
    copyHistograms(right, both);
    return both;
  }

  private static void copyHistograms(SeriesBlock from, SeriesBlock to) {
    long[] steps = from.histogramSteps();
    for (int step = Presence.next(steps, 0); step >= 0; step = Presence.next(steps, step + 1)) {
      NativeHistogram histogram = from.histogram(step);
      if (histogram != null) {
        to.set(step, histogram);
      }
    }
  }
}
