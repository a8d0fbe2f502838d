package orzo.promql.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import orzo.fold.AggregateSchema;
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

/** Series in memory, scanned by several threads like those of a real storage. */
public final class LoadedSeries implements SeriesReader {
  private final Map<Labels, TreeMap<Long, Point>> samples = new TreeMap<>();

  /** Adds a sample; one at the same time is replaced. */
  public void add(Labels labels, long timeMillis, double value) {
    add(labels, timeMillis, Point.of(value));
  }

  /** Adds a sample that may be a histogram; one at the same time is replaced. */
  void add(Labels labels, long timeMillis, Point point) {
    samples.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timeMillis, point);
  }

  /** Forgets everything. */
  void clear() {
    samples.clear();
  }

  @Override
  public Selection select(Tenant tenant, List<Matcher> matchers) {
    List<Labels> found = new ArrayList<>();
    for (Labels labels : samples.keySet()) {
      if (matchers.stream().allMatch(m -> m.matches(labels.get(m.name())))) {
        found.add(labels);
      }
    }
    return new Loaded(found);
  }

  private final class Loaded implements Selection {
    private final List<Labels> found;

    Loaded(List<Labels> found) {
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
      return new Loaded(found.subList(from, to));
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
        long fromMillis,
        long toMillis,
        List<Source> sources,
        AggregateSchema wanted,
        ReadBudget budget,
        Visitor visitor,
        RowVisitor rowVisitor) {
      throw new AssertionError("nothing but raw samples is kept here: " + sources);
    }

    @Override
    public ReadCounts scan(long fromMillis, long toMillis, ReadBudget budget, Visitor visitor) {
      LongAdder read = new LongAdder();
      IntStream.range(0, found.size())
          .parallel()
          .forEach(i -> {
            SampleBuffer buffer = new SampleBuffer(1);
            samples
                .getOrDefault(found.get(i), new TreeMap<>())
                .subMap(fromMillis, true, toMillis, true)
                .forEach((time, point) ->
                    buffer.add(time, point.value(), point.startMillis(), point.histogram()));
            budget.charge(buffer.size);
            read.add(buffer.size);
            if (buffer.size > 0) {
              visitor.visit(i, buffer);
            }
          });
      return new ReadCounts(0, 0, 0, read.sum());
    }
  }
}
