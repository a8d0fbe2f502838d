package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import orzo.gnocchi.aggregates.Resampling;
import orzo.gnocchi.operations.Sampling;
import orzo.metric.AggregationMethod;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.read.AggregateReader;
import orzo.read.Points;
import orzo.read.ReadBudget;
import orzo.storage.Catalog;

/** Measures in memory, whose windows are made when they are read. All metrics are in sack 0. */
final class FakeMeasures implements AggregateReader {
  private final Catalog catalog;
  private final Map<Long, TreeMap<Long, Double>> measures = new HashMap<>();

  FakeMeasures(Catalog catalog) {
    this.catalog = catalog;
  }

  void add(UUID metric, long timestampMillis, double value) {
    Metric registered =
        new Metric(
            metric, Tenant.DEFAULT, Labels.of(MetricView.ID_LABEL, metric.toString()), "any");
    long ref = SeriesRef.of(0, catalog.register(0, List.of(registered))[0]);
    measures.computeIfAbsent(ref, _ -> new TreeMap<>()).put(timestampMillis, value);
  }

  @Override
  public List<List<Points>> read(long[] refs, Query query, ReadBudget budget) {
    List<List<Points>> all = new ArrayList<>();
    for (long ref : refs) {
      List<Points> ofRef = new ArrayList<>();
      for (AggregationMethod method : query.methods()) {
        ofRef.add(windows(measures.getOrDefault(ref, new TreeMap<>()), method, query));
      }
      budget.charge(ofRef.getFirst().size());
      all.add(ofRef);
    }
    return all;
  }

  private static Points windows(
      SortedMap<Long, Double> samples, AggregationMethod method, Query query) {
    Sampling sampling = new Sampling.Fixed(query.granularityMillis());
    Points windows =
        Resampling.of(
            method,
            sampling,
            new Points(
                samples.keySet().stream().mapToLong(Long::longValue).toArray(),
                samples.values().stream().mapToDouble(Double::doubleValue).toArray()));
    long from = query.fromMillis() == BEGINNING ? BEGINNING : sampling.start(query.fromMillis());
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      if (windows.startsMillis()[i] >= from && windows.startsMillis()[i] < query.endMillis()) {
        rows.add(i);
      }
    }
    return new Points(
        rows.stream().mapToLong(row -> windows.startsMillis()[row]).toArray(),
        rows.stream().mapToDouble(row -> windows.values()[row]).toArray());
  }
}
