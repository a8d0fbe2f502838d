package orzo.read;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.index.IndexedSeries;
import orzo.index.Matcher;
import orzo.index.SeriesIndex;
import orzo.metric.Labels;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.split.RawSplitCodec;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.StoredSplit;

/**
 * Reads series from stored splits and, for the sacks that this node owns, from what is not flushed
 * yet, so that on one node a sample is seen as soon as its write was acknowledged.
 */
public final class StoredSeriesReader implements SeriesReader {
  /** Series that are read in one call and decoded by one task. */
  private static final int CHUNK_SERIES = 128;

  /**
   * Chunks read ahead of decoding: storage and processors are both kept busy, memory is bounded.
   */
  private static final int CHUNKS_AHEAD = 4;

  /** The most splits that one scan may ask for. */
  private static final long MAX_SPLITS = 20_000_000;

  private final SeriesIndex index;
  private final SplitStore splits;
  private final Tails tails;
  private final ExecutorService processors;

  /**
   * Creates a reader.
   *
   * @param processors where series are decoded and visited; a scan waits for it, so never call one
   *     from there
   */
  public StoredSeriesReader(
      SeriesIndex index, SplitStore splits, Tails tails, ExecutorService processors) {
    this.index = index;
    this.splits = splits;
    this.tails = tails;
    this.processors = processors;
  }

  @Override
  public Selection select(Tenant tenant, List<Matcher> matchers) {
    return new StoredSelection(index.select(tenant, matchers));
  }

  private final class StoredSelection implements Selection {
    private final List<IndexedSeries> series;

    StoredSelection(List<IndexedSeries> series) {
      this.series = series;
    }

    @Override
    public int size() {
      return series.size();
    }

    @Override
    public Labels labels(int i) {
      return series.get(i).labels();
    }

    @Override
    public void scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor) {
      if (fromMillis > toMillis || series.isEmpty()) {
        return;
      }
      List<Long> starts = starts(fromMillis, toMillis);
      Deque<Future<?>> decoding = new ArrayDeque<>();
      AtomicBoolean abandoned = new AtomicBoolean();
      try {
        for (Map.Entry<Integer, List<Integer>> sack : bySack().entrySet()) {
          tails.catchUp(sack.getKey());
          List<Integer> places = sack.getValue();
          for (int from = 0; from < places.size(); from += CHUNK_SERIES) {
            List<Integer> part = places.subList(from, Math.min(places.size(), from + CHUNK_SERIES));
            budget.charge(0);
            Chunk chunk = read(sack.getKey(), part, starts, fromMillis, toMillis);
            decoding.add(processors.submit(() -> decode(chunk, abandoned, budget, visitor)));
            if (decoding.size() > CHUNKS_AHEAD) {
              await(decoding.remove());
            }
          }
        }
        while (!decoding.isEmpty()) {
          await(decoding.remove());
        }
      } finally {
        // After a failure nobody may visit any more once this has returned.
        abandoned.set(true);
        for (Future<?> left : decoding) {
          settle(left);
        }
      }
    }

    private List<Long> starts(long fromMillis, long toMillis) {
      long first = RawSplit.startOf(Math.max(fromMillis, -MAX_TIME_MILLIS));
      long last = RawSplit.startOf(Math.min(toMillis, MAX_TIME_MILLIS));
      long spans = (last - first) / RawSplit.SPAN_MILLIS + 1;
      double needed = (double) spans * series.size();
      if (needed > MAX_SPLITS) {
        throw new GatewayException(
            Kind.LIMIT,
            String.format(
                Locale.ROOT,
                "query reads %,.0f splits of %,d series (limit: %,d); select fewer series or a"
                    + " shorter range",
                needed,
                series.size(),
                MAX_SPLITS));
      }
      List<Long> starts = new ArrayList<>();
      for (long start = first; start <= last; start += RawSplit.SPAN_MILLIS) {
        starts.add(start);
      }
      return starts;
    }

    private Map<Integer, List<Integer>> bySack() {
      Map<Integer, List<Integer>> bySack = new TreeMap<>();
      for (int i = 0; i < series.size(); i++) {
        bySack
            .computeIfAbsent(SeriesRef.sack(series.get(i).ref()), sack -> new ArrayList<>())
            .add(i);
      }
      return bySack;
    }

    private Chunk read(
        int sack, List<Integer> places, List<Long> starts, long fromMillis, long toMillis) {
      int[] integers = new int[places.size()];
      List<SplitKey> keys = new ArrayList<>(integers.length * starts.size());
      for (int i = 0; i < integers.length; i++) {
        integers[i] = SeriesRef.series(series.get(places.get(i)).ref());
        for (long start : starts) {
          keys.add(new SplitKey(integers[i], start));
        }
      }
      // Tails before splits: what is flushed in between is then in both, never in neither.
      List<@Nullable SampleBuffer> copies = tails.copy(sack, integers, fromMillis, toMillis);
      Map<SplitKey, byte[]> stored = new HashMap<>();
      for (StoredSplit split : splits.read(sack, keys)) {
        stored.put(split.key(), split.bytes());
      }
      return new Chunk(places, integers, starts, copies, stored, fromMillis, toMillis);
    }
  }

  /** Far enough for any clock, and near enough that arithmetic on it does not overflow. */
  private static final long MAX_TIME_MILLIS = Long.MAX_VALUE / 4;

  /** Some series of one sack, read and not yet decoded. */
  private record Chunk(
      List<Integer> places,
      int[] series,
      List<Long> starts,
      List<@Nullable SampleBuffer> tails,
      Map<SplitKey, byte[]> stored,
      long fromMillis,
      long toMillis) {}

  private static void decode(
      Chunk chunk, AtomicBoolean abandoned, ReadBudget budget, Selection.Visitor visitor) {
    SampleBuffer samples = new SampleBuffer(RawSplit.MAX_BLOCK_SAMPLES);
    SampleBuffer merged = new SampleBuffer(0);
    for (int i = 0; i < chunk.series.length && !abandoned.get(); i++) {
      samples.clear();
      for (long start : chunk.starts) {
        byte[] split = chunk.stored.get(new SplitKey(chunk.series[i], start));
        if (split != null) {
          RawSplitCodec.decode(start, split, chunk.fromMillis, chunk.toMillis, samples);
        }
      }
      SampleBuffer tail = chunk.tails.get(i);
      SampleBuffer all = tail == null ? samples : overlay(samples, tail, merged);
      if (all.size > 0) {
        budget.charge(all.size);
        visitor.visit(chunk.places.get(i), all);
      }
    }
  }

  /** Joins stored samples and a tail; of two samples of the same time the tail's stays. */
  private static SampleBuffer overlay(SampleBuffer stored, SampleBuffer tail, SampleBuffer merged) {
    if (stored.size == 0 || stored.timestampsMillis[stored.size - 1] < tail.timestampsMillis[0]) {
      stored.addAll(tail, 0, tail.size);
      return stored;
    }
    merged.clear();
    merged.ensureCapacity(stored.size + tail.size);
    int s = 0;
    for (int t = 0; t < tail.size; t++) {
      while (s < stored.size && stored.timestampsMillis[s] < tail.timestampsMillis[t]) {
        merged.add(stored.timestampsMillis[s], stored.values[s++]);
      }
      if (s < stored.size && stored.timestampsMillis[s] == tail.timestampsMillis[t]) {
        s++;
      }
      merged.add(tail.timestampsMillis[t], tail.values[t]);
    }
    merged.addAll(stored, s, stored.size);
    return merged;
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("decoding failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "query: interrupted", e);
    }
  }

  /** Waits for a task's end; its outcome no longer matters. */
  private static void settle(Future<?> task) {
    boolean interrupted = false;
    while (!task.isDone()) {
      try {
        task.get();
      } catch (ExecutionException ignored) {
        // an earlier failure is being thrown
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
