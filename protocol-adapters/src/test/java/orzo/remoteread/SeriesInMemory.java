package orzo.remoteread;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateSchema;
import orzo.histogram.NativeHistogram;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.read.Archive;
import orzo.read.ReadBudget;
import orzo.read.ReadCounts;
import orzo.read.Selection;
import orzo.read.SeriesReader;
import orzo.read.Source;
import orzo.split.SampleBuffer;

/** Series of one tenant, scanned by several threads like those of a real storage. */
public final class SeriesInMemory implements SeriesReader {
  private final Tenant tenant;
  private final Map<Labels, SampleBuffer> series = new TreeMap<>();

  /** Creates a storage without series. */
  public SeriesInMemory(Tenant tenant) {
    this.tenant = tenant;
  }

  /** Adds a sample behind those that the series has. */
  public SeriesInMemory add(Labels labels, long timestampMillis, double value) {
    series.computeIfAbsent(labels, _ -> new SampleBuffer(1)).add(timestampMillis, value, 0, null);
    return this;
  }

  /** Adds a sample behind those that the series has. */
  public SeriesInMemory add(Labels labels, long timestampMillis, NativeHistogram histogram) {
    series
        .computeIfAbsent(labels, _ -> new SampleBuffer(1))
        .add(timestampMillis, histogram.sum(), 0, histogram);
    return this;
  }

  @Override
  public Selection select(Tenant asking, List<Matcher> matchers) {
    List<Labels> found = new ArrayList<>();
    for (Labels labels : series.keySet()) {
      if (asking.equals(tenant)
          && matchers.stream().allMatch(one -> one.matches(labels.get(one.name())))) {
        found.add(labels);
      }
    }
    return new Found(found);
  }

  private final class Found implements Selection {
    private final List<Labels> found;

    Found(List<Labels> found) {
      this.found = found;
    }

    @Override
    public int size() {
      return found.size();
    }

    @Override
    public Labels labels(int i) {
      return found.get(i);
    }

    @Override
    public Selection part(int from, int to) {
      return new Found(found.subList(from, to));
    }

    @Override
    public List<Archive> archives() {
      return List.of(Archive.RAW_FOR_GOOD);
    }

    @Override
    public int archive(int i) {
      return 0;
    }

    @Override
    public ReadCounts scan(
        long fromMillis, long toMillis, ReadBudget budget, Selection.Visitor visitor) {
      IntStream.range(0, found.size())
          .parallel()
          .forEach(i -> {
            SampleBuffer all = series.getOrDefault(found.get(i), new SampleBuffer(0));
            SampleBuffer wanted = new SampleBuffer(1);
            @Nullable NativeHistogram @Nullable [] histograms = all.histograms();
            for (int j = 0; j < all.size; j++) {
              if (all.timestampsMillis[j] >= fromMillis && all.timestampsMillis[j] <= toMillis) {
                wanted.add(
                    all.timestampsMillis[j],
                    all.values[j],
                    0,
                    histograms == null ? null : histograms[j]);
              }
            }
            if (wanted.size > 0) {
              budget.charge(wanted.size);
              visitor.visit(i, wanted);
            }
          });
      return ReadCounts.NONE;
    }

    @Override
    public ReadCounts scan(
        long fromMillis,
        long toMillis,
        List<Source> sources,
        AggregateSchema wanted,
        ReadBudget budget,
        Selection.Visitor visitor,
        Selection.RowVisitor rowVisitor) {
      throw new AssertionError("there are samples only: " + sources);
    }
  }
}
