package orzo.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import orzo.index.SeriesIndex;
import orzo.metric.Metric;
import orzo.metric.MetricMetadata;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.policy.PolicyChoice;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.SeriesExemplar;
import orzo.storage.Storage;

/** The intake of a gateway: registers in the catalog, appends by group commit. */
public final class BacklogIntake implements Intake {
  /** How many metrics go to the catalog in one call. */
  private static final int REGISTRATION_CHUNK = 256;

  /** How many metadata are remembered as stored, so that repetitions cost nothing. */
  private static final int METADATA_REMEMBERED = 100_000;

  private record MetricName(Tenant tenant, String name) {}

  private final Storage storage;
  private final SeriesIndex index;
  private final GroupCommit groupCommit;
  private final BacklogLevel level;
  private final PolicyChoice policies;
  private final ConcurrentMap<MetricName, MetricMetadata> stored = new ConcurrentHashMap<>();

  /**
   * Creates an intake.
   *
   * @param index learns of every series that is registered here, before anything of it is appended
   * @param level beyond it samples are refused
   * @param policies chooses the archive policy of new series
   */
  public BacklogIntake(
      Storage storage,
      SeriesIndex index,
      GroupCommit groupCommit,
      BacklogLevel level,
      PolicyChoice policies) {
    this.storage = storage;
    this.index = index;
    this.groupCommit = groupCommit;
    this.level = level;
    this.policies = policies;
  }

  @Override
  public Admission admission() {
    if (level.isFull()) {
      return Admission.BACKLOG_FULL;
    }
    return groupCommit.isStorageFull() ? Admission.STORAGE_FULL : Admission.ACCEPTING;
  }

  @Override
  public long[] register(Tenant tenant, List<Registration> series) {
    List<List<Integer>> bySack = new ArrayList<>();
    for (int sack = 0; sack < storage.sacks(); sack++) {
      bySack.add(new ArrayList<>());
    }
    Metric[] metrics = new Metric[series.size()];
    for (int i = 0; i < metrics.length; i++) {
      metrics[i] = metric(tenant, series.get(i));
      bySack.get(metrics[i].sack(storage.sacks())).add(i);
    }
    long[] refs = new long[metrics.length];
    for (int sack = 0; sack < storage.sacks(); sack++) {
      List<Integer> places = bySack.get(sack);
      for (int from = 0; from < places.size(); from += REGISTRATION_CHUNK) {
        register(
            sack,
            places.subList(from, Math.min(places.size(), from + REGISTRATION_CHUNK)),
            metrics,
            refs);
      }
    }
    return refs;
  }

  private Metric metric(Tenant tenant, Registration series) {
    String stated = series.archivePolicy();
    String policy = stated == null ? policies.policyFor(series.labels()) : stated;
    return series.id() == null
        ? Metric.of(tenant, series.labels(), policy, series.resource(), series.path())
        : new Metric(
            series.id(), tenant, series.labels(), policy, series.resource(), series.path());
  }

  private void register(int sack, List<Integer> places, Metric[] metrics, long[] refs) {
    List<Metric> chunk = new ArrayList<>(places.size());
    for (int place : places) {
      chunk.add(metrics[place]);
    }
    int[] integers;
    try {
      integers = storage.catalog().register(sack, chunk);
    } catch (GatewayException e) {
      groupCommit.storageFailed(e);
      throw e;
    }
    for (int i = 0; i < integers.length; i++) {
      long ref = SeriesRef.of(sack, integers[i]);
      refs[places.get(i)] = ref;
      index.add(ref, chunk.get(i).tenant(), chunk.get(i).labels());
    }
  }

  @Override
  public CompletionStage<Void> append(SampleBatch batch) {
    if (level.isFull()) {
      return CompletableFuture.failedFuture(
          new GatewayException(
              Kind.LIMIT,
              "append: the backlog is full: it has "
                  + level.bytes()
                  + " bytes already (limit: "
                  + level.limitBytes()
                  + ")"));
    }
    return groupCommit.append(batch);
  }

  @Override
  public void keep(List<ReceivedExemplar> exemplars) {
    Map<Integer, List<SeriesExemplar>> bySack = new TreeMap<>();
    for (ReceivedExemplar one : exemplars) {
      bySack
          .computeIfAbsent(SeriesRef.sack(one.ref()), _ -> new ArrayList<>())
          .add(new SeriesExemplar(SeriesRef.series(one.ref()), one.exemplar()));
    }
    bySack.forEach((sack, some) -> storage.exemplars().write(sack, some));
  }

  @Override
  public void describe(Tenant tenant, List<MetricMetadata> metadata) {
    List<MetricMetadata> changed = new ArrayList<>();
    for (MetricMetadata one : metadata) {
      if (!one.equals(stored.get(new MetricName(tenant, one.name())))) {
        changed.add(one);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    storage.metadata().write(tenant, changed);
    if (stored.size() + changed.size() > METADATA_REMEMBERED) {
      stored.clear();
    }
    for (MetricMetadata one : changed) {
      stored.put(new MetricName(tenant, one.name()), one);
    }
  }
}
