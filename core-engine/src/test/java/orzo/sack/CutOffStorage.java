package orzo.sack;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import orzo.storage.Backlog;
import orzo.storage.Catalog;
import orzo.storage.ExemplarStore;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.LeaseStore;
import orzo.storage.MetadataStore;
import orzo.storage.PolicyStore;
import orzo.storage.RecordLog;
import orzo.storage.SplitStore;
import orzo.storage.Storage;
import orzo.storage.Upkeep;

/**
 * One node's way to a storage that others share. After {@link #cut} nothing of this node reaches
 * it, as if the node had been killed: what it still does is in vain.
 */
final class CutOffStorage implements Storage {
  private final Storage storage;
  private volatile boolean cut;

  CutOffStorage(Storage storage) {
    this.storage = storage;
  }

  void cut() {
    cut = true;
  }

  @Override
  public int sacks() {
    return storage.sacks();
  }

  @Override
  public Backlog backlog() {
    return guard(Backlog.class, storage.backlog());
  }

  @Override
  public SplitStore splits() {
    return guard(SplitStore.class, storage.splits());
  }

  @Override
  public Catalog catalog() {
    return guard(Catalog.class, storage.catalog());
  }

  @Override
  public Upkeep upkeep() {
    return guard(Upkeep.class, storage.upkeep());
  }

  @Override
  public LeaseStore leases() {
    return guard(LeaseStore.class, storage.leases());
  }

  @Override
  public ExemplarStore exemplars() {
    return guard(ExemplarStore.class, storage.exemplars());
  }

  @Override
  public MetadataStore metadata() {
    return guard(MetadataStore.class, storage.metadata());
  }

  @Override
  public PolicyStore policies() {
    return guard(PolicyStore.class, storage.policies());
  }

  @Override
  public RecordLog records() {
    return guard(RecordLog.class, storage.records());
  }

  @Override
  public void ping() {
    storage.ping();
  }

  @Override
  public void close() {}

  private <T> T guard(Class<T> port, T target) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (cut) {
                GatewayException gone = new GatewayException(Kind.UNAVAILABLE, "cut off");
                if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                  return CompletableFuture.failedFuture(gone);
                }
                throw gone;
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
