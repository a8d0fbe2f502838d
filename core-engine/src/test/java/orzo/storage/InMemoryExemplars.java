package orzo.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import orzo.metric.Exemplar;

/** The exemplars of an {@link InMemoryStorage}. Not safe for many threads. */
final class InMemoryExemplars {
  private record Key(int sack, int series) {}

  private static final class Kept {
    final TreeSet<Exemplar> exemplars =
        new TreeSet<>(
            Comparator.comparingLong(Exemplar::timestampMillis)
                .thenComparing(Exemplar::labels)
                .thenComparingDouble(Exemplar::value));
    long expiryMillis;
  }

  private final Map<Key, Kept> kept = new HashMap<>();

  boolean write(int sack, List<SeriesExemplar> some, long nowMillis) {
    for (SeriesExemplar one : some) {
      Key key = new Key(sack, one.series());
      kept.computeIfPresent(key, (_, held) -> held.expiryMillis <= nowMillis ? null : held);
      Kept held = kept.computeIfAbsent(key, _ -> new Kept());
      held.exemplars.add(one.exemplar());
      if (held.exemplars.size() > ExemplarStore.SERIES_LIMIT) {
        held.exemplars.removeFirst();
      }
      held.expiryMillis = nowMillis + ExemplarStore.TTL_SECONDS * 1000;
    }
    return true;
  }

  List<SeriesExemplar> read(
      int sack, int[] series, long fromMillis, long toMillis, long nowMillis) {
    List<SeriesExemplar> found = new ArrayList<>();
    for (int one : series) {
      Kept held = kept.get(new Key(sack, one));
      if (held != null && held.expiryMillis > nowMillis) {
        for (Exemplar exemplar : held.exemplars) {
          long millis = exemplar.timestampMillis();
          if (millis >= fromMillis && millis <= toMillis) {
            found.add(new SeriesExemplar(one, exemplar));
          }
        }
      }
    }
    return found;
  }
}
