package orzo.cache;

import orzo.storage.Backlog;
import orzo.storage.Catalog;
import orzo.storage.ExemplarStore;
import orzo.storage.LeaseStore;
import orzo.storage.MetadataStore;
import orzo.storage.PolicyStore;
import orzo.storage.RecordLog;
import orzo.storage.SplitStore;
import orzo.storage.Storage;
import orzo.storage.Upkeep;

/**
 * A storage whose splits are reached by another way than its own, as {@link CachedSplitStore#truth}
 * is for owners of sacks. All else is the storage's own.
 */
public final class StorageWithSplits implements Storage {
  private final Storage storage;
  private final SplitStore splits;

  /** Binds a storage and the way to its splits. */
  public StorageWithSplits(Storage storage, SplitStore splits) {
    this.storage = storage;
    this.splits = splits;
  }

  @Override
  public int sacks() {
    return storage.sacks();
  }

  @Override
  public Backlog backlog() {
    return storage.backlog();
  }

  @Override
  public SplitStore splits() {
    return splits;
  }

  @Override
  public Catalog catalog() {
    return storage.catalog();
  }

  @Override
  public Upkeep upkeep() {
    return storage.upkeep();
  }

  @Override
  public LeaseStore leases() {
    return storage.leases();
  }

  @Override
  public MetadataStore metadata() {
    return storage.metadata();
  }

  @Override
  public ExemplarStore exemplars() {
    return storage.exemplars();
  }

  @Override
  public PolicyStore policies() {
    return storage.policies();
  }

  @Override
  public RecordLog records() {
    return storage.records();
  }

  @Override
  public void ping() {
    storage.ping();
  }

  @Override
  public void close() {
    storage.close();
  }
}
