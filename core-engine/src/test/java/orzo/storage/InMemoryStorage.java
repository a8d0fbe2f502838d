package orzo.storage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orzo.metric.Metric;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;

/**
 * A storage in this JVM's memory, for tests of everything above the ports: it passes the contract
 * kits that the storage on Redis passes, and it can be told to fail.
 *
 * <p>Every injected failure is one that a real storage shows: {@link #failNext} refuses a call
 * before it does anything, {@link #loseReply} reports {@link Kind#UNAVAILABLE} for a call that did
 * its work, {@link #away} is a server that does not answer, and {@link #holdAppends} one that
 * answers late. Safe for many threads; one lock serves all, as the one thread of Redis does.
 */
public final class InMemoryStorage implements Storage {
  /** The calls of the ports that can be made to fail. */
  public enum Operation {
    /** {@link Backlog#append}. */
    APPEND,
    /** {@link Backlog#read}, {@link Backlog#length} and {@link Backlog#sizeBytes}. */
    READ_BACKLOG,
    /** {@link SplitStore#read}. */
    READ_SPLITS,
    /** {@link SplitStore#flush}. */
    FLUSH,
    /** {@link SplitStore#checkpoint}. */
    READ_CHECKPOINT,
    /** {@link SplitStore#openSplits}. */
    READ_OPEN,
    /** {@link Catalog#register}. */
    REGISTER,
    /** {@link Catalog#read} and {@link Catalog#deletions}. */
    READ_CATALOG,
    /** {@link Catalog#delete}. */
    DELETE,
    /** All of {@link Upkeep}. */
    UPKEEP,
    /** {@link LeaseStore#acquire}. */
    ACQUIRE,
    /** {@link LeaseStore#renew}. */
    RENEW,
    /** {@link LeaseStore#release}. */
    RELEASE,
    /** {@link LeaseStore#announce} and {@link LeaseStore#withdraw}. */
    NODES,
    /** {@link ExemplarStore#write}. */
    WRITE_EXEMPLARS,
    /** {@link ExemplarStore#read}. */
    READ_EXEMPLARS,
    /** {@link MetadataStore#write}. */
    WRITE_METADATA,
    /** {@link MetadataStore#read}. */
    READ_METADATA,
    /** {@link PolicyStore#version} and {@link PolicyStore#read}. */
    READ_POLICIES,
    /** {@link PolicyStore#change}. */
    CHANGE_POLICIES,
    /** {@link RecordLog#read}. */
    READ_RECORDS,
    /** {@link RecordLog#append} and {@link RecordLog#remove}. */
    CHANGE_RECORDS,
    /** {@link Storage#ping}. */
    PING
  }

  private record HeldAppend(
      int sack, byte[] bytes, CompletableFuture<BacklogPosition> acknowledged) {}

  private final InMemorySack[] sacks;
  private final LongSupplier nowMillis;

  final Object lock = new Object();
  // all guarded by lock, and so is what the sacks hold
  private final TreeMap<String, Long> nodeExpiries = new TreeMap<>();
  private final Map<Tenant, TreeMap<String, MetricMetadata>> metadata = new HashMap<>();
  private final InMemoryExemplars exemplars = new InMemoryExemplars();
  private final InMemoryPolicies policies = new InMemoryPolicies();
  private final InMemoryRecords records = new InMemoryRecords();
  private final Map<Operation, Deque<GatewayException>> refusals = new HashMap<>();
  private final Map<Operation, Integer> lostReplies = new HashMap<>();
  private final Deque<HeldAppend> heldAppends = new ArrayDeque<>();
  private final List<InMemoryWatch> watches = new ArrayList<>();
  private boolean holdingAppends;
  private boolean away;

  /**
   * Creates an empty storage.
   *
   * @param sacks how many sacks it has
   * @param nowMillis the clock of leases, live nodes and times to live, epoch milliseconds
   */
  public InMemoryStorage(int sacks, LongSupplier nowMillis) {
    if (sacks < 1) {
      throw new IllegalArgumentException("sacks: " + sacks + " (expected: >= 1)");
    }
    this.nowMillis = requireNonNull(nowMillis, "nowMillis");
    this.sacks = new InMemorySack[sacks];
    for (int i = 0; i < sacks; i++) {
      this.sacks[i] = new InMemorySack();
    }
  }

  /** Makes the next call of {@code operation} fail before it does anything; calls of this queue. */
  public void failNext(Operation operation, GatewayException failure) {
    synchronized (lock) {
      refusals.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(failure);
    }
  }

  /** Makes the next call of {@code operation} do its work, then report {@code UNAVAILABLE}. */
  public void loseReply(Operation operation) {
    synchronized (lock) {
      lostReplies.merge(operation, 1, Integer::sum);
    }
  }

  /** While true, every call fails with {@code UNAVAILABLE} and does nothing. */
  public void away(boolean isAway) {
    synchronized (lock) {
      away = isAway;
    }
  }

  /** From now on appends are neither stored nor acknowledged, until {@link #releaseAppends}. */
  public void holdAppends() {
    synchronized (lock) {
      holdingAppends = true;
    }
  }

  /** Stores the held appends in their order, acknowledges them, and holds no more. */
  public void releaseAppends() {
    List<Runnable> acknowledgements = new ArrayList<>();
    synchronized (lock) {
      holdingAppends = false;
      for (HeldAppend held : heldAppends) {
        BacklogPosition position = sacks[held.sack].append(held.bytes, nowMillis.getAsLong());
        acknowledgements.add(() -> held.acknowledged.complete(position));
      }
      heldAppends.clear();
    }
    acknowledgements.forEach(Runnable::run);
  }

  /** Loses the last byte of a stored split. */
  public void damage(int sack, SplitKey key) {
    synchronized (lock) {
      sack(sack).damage(key);
    }
  }

  /** Gives a split that is there other bytes. */
  public void restore(int sack, SplitKey key, byte[] bytes) {
    synchronized (lock) {
      sack(sack).restore(key, bytes);
    }
  }

  /** How many appends are held. */
  public int heldAppends() {
    synchronized (lock) {
      return heldAppends.size();
    }
  }

  /**
   * A node's watched reads of this storage.
   *
   * @param late how late the node may hear of changes
   */
  public InMemoryWatch watch(Duration late) {
    synchronized (lock) {
      InMemoryWatch watch = new InMemoryWatch(this, late);
      watches.add(watch);
      return watch;
    }
  }

  @Override
  public int sacks() {
    return sacks.length;
  }

  @Override
  public Backlog backlog() {
    return new InMemoryBacklog();
  }

  @Override
  public SplitStore splits() {
    return new InMemorySplitStore();
  }

  @Override
  public Catalog catalog() {
    return new InMemoryCatalog();
  }

  @Override
  public Upkeep upkeep() {
    return new InMemoryUpkeep();
  }

  @Override
  public LeaseStore leases() {
    return new InMemoryLeaseStore();
  }

  @Override
  public ExemplarStore exemplars() {
    return new ExemplarStore() {
      @Override
      public void write(int sack, List<SeriesExemplar> some) {
        call(Operation.WRITE_EXEMPLARS, () -> exemplars.write(sack, some, nowMillis.getAsLong()));
      }

      @Override
      public List<SeriesExemplar> read(int sack, int[] series, long fromMillis, long toMillis) {
        return call(
            Operation.READ_EXEMPLARS,
            () -> exemplars.read(sack, series, fromMillis, toMillis, nowMillis.getAsLong()));
      }
    };
  }

  @Override
  public MetadataStore metadata() {
    return new InMemoryMetadataStore();
  }

  @Override
  public PolicyStore policies() {
    return new InMemoryPolicyStore();
  }

  @Override
  public RecordLog records() {
    return new RecordLog() {
      @Override
      public OptionalLong append(Tenant tenant, long position, List<byte[]> some) {
        RecordLog.requireWithinLimits(some);
        return call(Operation.CHANGE_RECORDS, () -> records.append(tenant, position, some));
      }

      @Override
      public List<LogRecord> read(Tenant tenant, long after, int maxRecords) {
        return call(Operation.READ_RECORDS, () -> records.read(tenant, after, maxRecords));
      }

      @Override
      public void remove(Tenant tenant, List<Long> positions) {
        call(
            Operation.CHANGE_RECORDS,
            () -> {
              records.remove(tenant, positions);
              return true;
            });
      }
    };
  }

  @Override
  public void ping() {
    call(Operation.PING, () -> true);
  }

  @Override
  public void close() {}

  private InMemorySack sack(int sack) {
    if (sack < 0 || sack >= sacks.length) {
      throw new IllegalArgumentException(
          "sack: " + sack + " (expected: 0 to " + (sacks.length - 1) + ")");
    }
    return sacks[sack];
  }

  /** Runs one call under the lock, with the failure that was asked for, if any. */
  private <T extends @Nullable Object> T call(Operation operation, Supplier<T> work) {
    synchronized (lock) {
      refuseIfAsked(operation);
      T result = work.get();
      if (lostReplies.containsKey(operation)) {
        lostReplies.computeIfPresent(operation, (_, calls) -> calls == 1 ? null : calls - 1);
        throw new GatewayException(Kind.UNAVAILABLE, "storage lost the reply of " + operation);
      }
      return result;
    }
  }

  private void refuseIfAsked(Operation operation) { // guarded by lock
    if (away) {
      throw new GatewayException(Kind.UNAVAILABLE, "storage is away: " + operation);
    }
    Deque<GatewayException> refusal = refusals.get(operation);
    if (refusal != null && !refusal.isEmpty()) {
      throw refusal.remove();
    }
  }

  private final class InMemoryBacklog implements Backlog {
    @Override
    public CompletionStage<BacklogPosition> append(int sack, byte[] bytes) {
      InMemorySack target = sack(sack);
      byte[] copy = bytes.clone();
      try {
        return call(
            Operation.APPEND,
            () -> {
              if (holdingAppends) {
                CompletableFuture<BacklogPosition> acknowledged = new CompletableFuture<>();
                heldAppends.add(new HeldAppend(sack, copy, acknowledged));
                return acknowledged;
              }
              return CompletableFuture.completedStage(target.append(copy, nowMillis.getAsLong()));
            });
      } catch (GatewayException e) {
        return CompletableFuture.failedStage(e);
      }
    }

    @Override
    public List<BacklogEntry> read(int sack, BacklogPosition after, int maxEntries) {
      return call(Operation.READ_BACKLOG, () -> sack(sack).readBacklog(after, maxEntries));
    }

    @Override
    public long length(int sack) {
      return call(Operation.READ_BACKLOG, () -> (long) sack(sack).backlogLength());
    }

    @Override
    public long sizeBytes(int sack) {
      return call(Operation.READ_BACKLOG, () -> sack(sack).backlogBytes());
    }
  }

  private final class InMemorySplitStore implements SplitStore {
    @Override
    public List<StoredSplit> read(int sack, List<SplitKey> keys) {
      return call(Operation.READ_SPLITS, () -> sack(sack).readSplits(keys, nowMillis.getAsLong()));
    }

    @Override
    public FlushOutcome flush(Lease lease, Flush flush) {
      return call(
          Operation.FLUSH,
          () -> {
            FlushOutcome outcome = sack(lease.sack()).flush(lease, flush, nowMillis.getAsLong());
            if (outcome == FlushOutcome.FLUSHED) {
              watches.forEach(watch -> watch.flushed(lease.sack(), flush));
            }
            return outcome;
          });
    }

    @Override
    public Checkpoint checkpoint(int sack) {
      return call(Operation.READ_CHECKPOINT, () -> sack(sack).checkpoint());
    }

    @Override
    public List<OpenSpan> openSplits(int sack) {
      return call(Operation.READ_OPEN, () -> sack(sack).openSplits());
    }

    @Override
    public long[] writtenSpans(int sack) {
      return call(Operation.READ_OPEN, () -> sack(sack).writtenSpans());
    }
  }

  private final class InMemoryCatalog implements Catalog {
    @Override
    public int[] find(int sack, List<UUID> ids) {
      return call(Operation.READ_CATALOG, () -> sack(sack).find(ids));
    }

    @Override
    public int[] register(int sack, List<Metric> metrics) {
      return call(Operation.REGISTER, () -> sack(sack).register(metrics));
    }

    @Override
    public List<CatalogEntry> read(int sack, int from, int maxEntries) {
      return call(Operation.READ_CATALOG, () -> sack(sack).readCatalog(from, maxEntries));
    }

    @Override
    public int delete(int sack, int[] series) {
      return call(Operation.DELETE, () -> sack(sack).delete(series, nowMillis.getAsLong()));
    }

    @Override
    public List<Deletion> deletions(int sack, long after, int maxDeletions) {
      return call(Operation.READ_CATALOG, () -> sack(sack).deletions(after, maxDeletions));
    }
  }

  private final class InMemoryUpkeep implements Upkeep {
    @Override
    public long begin(int sack) {
      return call(Operation.UPKEEP, () -> sack(sack).beginSweep());
    }

    /** One page for each sack. */
    @Override
    public Page scan(String from) {
      int sack = from.equals(START) ? 0 : Integer.parseInt(from);
      return call(
          Operation.UPKEEP,
          () -> {
            List<SplitKey> keys = sack(sack).splitKeys(nowMillis.getAsLong());
            return new Page(
                keys.stream().map(key -> new FoundSplit(sack, key)).toList(),
                keys.size(),
                sack + 1 == sacks.length ? START : Integer.toString(sack + 1));
          });
    }

    @Override
    public int remove(int sack, List<SplitKey> keys) {
      return call(
          Operation.UPKEEP,
          () -> {
            watches.forEach(watch -> watch.removed(sack, keys));
            return sack(sack).removeSplits(keys, nowMillis.getAsLong());
          });
    }

    @Override
    public int retire(int sack, long sweep, int[] series) {
      return call(Operation.UPKEEP, () -> sack(sack).retire(sweep, series, nowMillis.getAsLong()));
    }

    @Override
    public void forget(int sack, long upTo) {
      call(
          Operation.UPKEEP,
          () -> {
            sack(sack).forget(upTo);
            return true;
          });
    }
  }

  private final class InMemoryLeaseStore implements LeaseStore {
    @Override
    public List<LeaseAnswer> acquire(List<Integer> wanted, String node, Duration ttl) {
      return wanted.stream()
          .map(sack ->
              answer(
                  Operation.ACQUIRE,
                  () -> sack(sack).acquire(sack, node, ttl, nowMillis.getAsLong())))
          .toList();
    }

    @Override
    public List<LeaseAnswer> renew(List<Lease> leases, Duration ttl) {
      return leases.stream()
          .map(lease ->
              answer(
                  Operation.RENEW,
                  () ->
                      sack(lease.sack()).renew(lease, ttl, nowMillis.getAsLong())
                          ? Optional.of(lease)
                          : Optional.empty()))
          .toList();
    }

    private LeaseAnswer answer(Operation operation, Supplier<Optional<Lease>> work) {
      try {
        Optional<Lease> lease = call(operation, work);
        return lease.isPresent() ? new LeaseAnswer.Granted(lease.get()) : new LeaseAnswer.Refused();
      } catch (GatewayException e) {
        return new LeaseAnswer.Unknown(e);
      }
    }

    @Override
    public void release(Lease lease) {
      call(Operation.RELEASE, () -> sack(lease.sack()).release(lease, nowMillis.getAsLong()));
    }

    @Override
    public List<String> announce(String node, Duration ttl) {
      return call(
          Operation.NODES,
          () -> {
            nodeExpiries.put(node, nowMillis.getAsLong() + ttl.toMillis());
            nodeExpiries.values().removeIf(expiry -> expiry <= nowMillis.getAsLong());
            return List.copyOf(nodeExpiries.keySet());
          });
    }

    @Override
    public void withdraw(String node) {
      call(Operation.NODES, () -> nodeExpiries.remove(node));
    }
  }

  private final class InMemoryMetadataStore implements MetadataStore {
    @Override
    public void write(Tenant tenant, List<MetricMetadata> statements) {
      call(
          Operation.WRITE_METADATA,
          () -> {
            var ofTenant = metadata.computeIfAbsent(tenant, _ -> new TreeMap<>());
            statements.forEach(statement -> ofTenant.put(statement.name(), statement));
            return true;
          });
    }

    @Override
    public List<MetricMetadata> read(Tenant tenant) {
      return call(
          Operation.READ_METADATA,
          () -> {
            @Nullable TreeMap<String, MetricMetadata> ofTenant = metadata.get(tenant);
            return ofTenant == null ? List.of() : List.copyOf(ofTenant.values());
          });
    }
  }

  private final class InMemoryPolicyStore implements PolicyStore {
    @Override
    public long version() {
      return call(Operation.READ_POLICIES, policies::version);
    }

    @Override
    public StoredPolicies read() {
      return call(Operation.READ_POLICIES, policies::read);
    }

    @Override
    public boolean change(long version, List<PolicyChange> changes) {
      return call(Operation.CHANGE_POLICIES, () -> policies.change(version, changes));
    }
  }
}
