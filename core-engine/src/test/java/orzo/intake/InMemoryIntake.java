package orzo.intake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import orzo.histogram.NativeHistogram;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.SeriesRef;
import orzo.metric.Tenant;
import orzo.split.SampleExtras;
import orzo.storage.GatewayException;

/**
 * An intake in this JVM's memory, for tests of adapters: it keeps what was appended, in order, and
 * can be told to fail or to acknowledge late. Safe for many threads.
 */
public final class InMemoryIntake implements Intake {
  /**
   * A sample as stored; the value as bits, because not-a-numbers differ.
   *
   * @param startMillis its start timestamp, 0 for none
   */
  public record Sample(
      long timestampMillis, long valueBits, long startMillis, @Nullable NativeHistogram histogram) {
    /** A sample that has nothing but a time and a value. */
    public Sample(long timestampMillis, long valueBits) {
      this(timestampMillis, valueBits, 0, null);
    }

    /** The sample of a value. */
    public static Sample of(long timestampMillis, double value) {
      return new Sample(timestampMillis, Double.doubleToRawLongBits(value));
    }
  }

  private record Series(Tenant tenant, Labels labels) {}

  private record Held(SampleBatch batch, CompletableFuture<Void> acknowledged) {}

  // all guarded by this
  private final Map<Series, Integer> numbers = new HashMap<>();
  private final List<Series> series = new ArrayList<>();
  private final List<List<Sample>> samples = new ArrayList<>();
  private final Map<Tenant, Map<String, MetricMetadata>> metadata = new HashMap<>();
  private final List<ReceivedExemplar> exemplars = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private boolean holding;
  private final List<Registration> registered = new ArrayList<>();
  private int registerCalls;
  private int describeCalls;
  private @Nullable RuntimeException failure;
  private Admission admission = Admission.ACCEPTING;

  /** Makes every call fail until told otherwise with null. */
  public synchronized void failWith(@Nullable RuntimeException failure) {
    this.failure = failure;
  }

  /** Says from now on that samples are taken, or not; takes them all the same. */
  public synchronized void admit(Admission admission) {
    this.admission = admission;
  }

  @Override
  public synchronized Admission admission() {
    return admission;
  }

  /** Lets appends wait for {@link #release}. */
  public synchronized void hold() {
    holding = true;
  }

  /** Does the appends that wait, and acknowledges them and later ones. */
  public void release() {
    List<Held> released;
    synchronized (this) {
      holding = false;
      released = List.copyOf(held);
      held.clear();
      released.forEach(append -> store(append.batch));
    }
    released.forEach(append -> append.acknowledged.complete(null));
  }

  @Override
  public synchronized long[] register(Tenant tenant, List<Registration> registrations) {
    fail();
    registerCalls++;
    registered.addAll(registrations);
    long[] refs = new long[registrations.size()];
    for (int i = 0; i < refs.length; i++) {
      int number =
          numbers.computeIfAbsent(
              new Series(tenant, registrations.get(i).labels()),
              added -> {
                series.add(added);
                samples.add(new ArrayList<>());
                return series.size() - 1;
              });
      refs[i] = SeriesRef.of(number % 64, number / 64);
    }
    return refs;
  }

  @Override
  public synchronized CompletionStage<Void> append(SampleBatch batch) {
    if (failure instanceof GatewayException) {
      return CompletableFuture.failedFuture(failure);
    }
    fail();
    if (holding) {
      Held append = new Held(batch, new CompletableFuture<>());
      held.add(append);
      return append.acknowledged;
    }
    store(batch);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized void keep(List<ReceivedExemplar> received) {
    fail();
    exemplars.addAll(received);
  }

  /** A tenant's exemplars by series, in the order in which they came. */
  public synchronized Map<Labels, List<Exemplar>> exemplars(Tenant tenant) {
    Map<Labels, List<Exemplar>> found = new HashMap<>();
    for (ReceivedExemplar one : exemplars) {
      Series owner = series.get(SeriesRef.series(one.ref()) * 64 + SeriesRef.sack(one.ref()));
      if (owner.tenant.equals(tenant)) {
        found.computeIfAbsent(owner.labels, _ -> new ArrayList<>()).add(one.exemplar());
      }
    }
    return found;
  }

  @Override
  public synchronized void describe(Tenant tenant, List<MetricMetadata> stated) {
    fail();
    describeCalls++;
    Map<String, MetricMetadata> known = metadata.computeIfAbsent(tenant, _ -> new HashMap<>());
    stated.forEach(one -> known.put(one.name(), one));
  }

  private void fail() {
    if (failure != null) {
      throw failure;
    }
  }

  private void store(SampleBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      int number = SeriesRef.series(batch.refs[i]) * 64 + SeriesRef.sack(batch.refs[i]);
      SampleExtras extras = batch.extras;
      samples
          .get(number)
          .add(
              new Sample(
                  batch.timestampsMillis[i],
                  Double.doubleToRawLongBits(batch.values[i]),
                  extras == null ? 0 : extras.startMillis(i),
                  extras == null ? null : extras.histogram(i)));
    }
  }

  /** All samples of a tenant by series, in the order in which they were appended. */
  public synchronized Map<Labels, List<Sample>> samples(Tenant tenant) {
    Map<Labels, List<Sample>> found = new HashMap<>();
    for (int i = 0; i < series.size(); i++) {
      if (series.get(i).tenant.equals(tenant)) {
        found.put(series.get(i).labels, List.copyOf(samples.get(i)));
      }
    }
    return found;
  }

  /** How many samples all tenants have. */
  public synchronized long sampleCount() {
    return samples.stream().mapToLong(List::size).sum();
  }

  /** A tenant's metadata by metric name. */
  public synchronized Map<String, MetricMetadata> metadata(Tenant tenant) {
    return Map.copyOf(metadata.getOrDefault(tenant, Map.of()));
  }

  /** How many appends wait for {@link #release}. */
  public synchronized int heldAppends() {
    return held.size();
  }

  /** What was registered, in order, repetitions included. */
  public synchronized List<Registration> registered() {
    return List.copyOf(registered);
  }

  /** How often series were registered. */
  public synchronized int registerCalls() {
    return registerCalls;
  }

  /** How often metadata was stored. */
  public synchronized int describeCalls() {
    return describeCalls;
  }
}
