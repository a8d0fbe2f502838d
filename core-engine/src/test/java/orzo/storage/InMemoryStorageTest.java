package orzo.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.InMemoryStorage.Operation;
import orzo.storage.contract.BacklogContract;
import orzo.storage.contract.CatalogContract;
import orzo.storage.contract.ExemplarStoreContract;
import orzo.storage.contract.Flushes;
import orzo.storage.contract.LeaseStoreContract;
import orzo.storage.contract.MetadataStoreContract;
import orzo.storage.contract.PolicyStoreContract;
import orzo.storage.contract.RecordLogContract;
import orzo.storage.contract.SplitStoreContract;
import orzo.storage.contract.UpkeepContract;

class InMemoryStorageTest {
  private final AtomicLong nowMillis = new AtomicLong(1_700_000_000_000L);
  private final InMemoryStorage storage = new InMemoryStorage(4, nowMillis::get);

  @Nested
  class Backlogs extends BacklogContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Splits extends SplitStoreContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }

    @Override
    protected void tick() {
      nowMillis.addAndGet(10);
    }
  }

  @Nested
  class Catalogs extends CatalogContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Upkeeps extends UpkeepContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Leases extends LeaseStoreContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }

    @Override
    protected void tick() {
      nowMillis.addAndGet(10);
    }
  }

  @Nested
  class Exemplars extends ExemplarStoreContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Metadata extends MetadataStoreContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Policies extends PolicyStoreContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Nested
  class Records extends RecordLogContract {
    @Override
    protected Storage emptyStorage() {
      return new InMemoryStorage(SACKS, nowMillis::get);
    }
  }

  @Test
  void failNext_failsOneCallThatThenHasNoEffect() {
    storage.failNext(Operation.APPEND, new GatewayException(Kind.LIMIT, "storage is full"));

    var failed = storage.backlog().append(0, bytes("lost")).toCompletableFuture();
    storage.backlog().append(0, bytes("kept"));

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(failed::get)
        .withCauseInstanceOf(GatewayException.class)
        .withMessageContaining("storage is full");
    assertThat(storage.backlog().length(0)).isEqualTo(1);
  }

  @Test
  void failNext_ofOneOperation_leavesTheOthersAlone() {
    storage.failNext(Operation.FLUSH, new GatewayException(Kind.UNAVAILABLE, "no"));

    storage.ping();
    assertThat(storage.splits().checkpoint(0)).isEqualTo(Checkpoint.START);
  }

  @Test
  void loseReply_reportsUnavailableForACallThatDidItsWork() {
    Lease lease = storage.leases().acquire(0, "a", Duration.ofSeconds(1)).orElseThrow();
    Flush flush = new Flush(Checkpoint.START, new BacklogPosition(3, 4), 0, List.of(), List.of());
    storage.loseReply(Operation.FLUSH);

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> storage.splits().flush(lease, flush))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

    assertThat(storage.splits().checkpoint(0)).isEqualTo(flush.next());
    assertThat(storage.splits().flush(lease, flush)).isEqualTo(FlushOutcome.OUTDATED);
  }

  @Test
  void away_failsEveryCallUntilItIsBack() {
    storage.away(true);

    Metric metric = Metric.of(Tenant.DEFAULT, Labels.of("__name__", "up"), "raw");
    assertThatExceptionOfType(GatewayException.class).isThrownBy(storage::ping);
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> storage.catalog().register(0, List.of(metric)));
    assertThat(storage.backlog().append(0, bytes("x")).toCompletableFuture())
        .isCompletedExceptionally();

    storage.away(false);
    assertThat(storage.catalog().register(0, List.of(metric))).containsExactly(0);
  }

  @Test
  void holdAppends_acknowledgesAndStoresOnRelease() {
    storage.holdAppends();
    var first = storage.backlog().append(0, bytes("one")).toCompletableFuture();
    var second = storage.backlog().append(0, bytes("two")).toCompletableFuture();

    assertThat(first).isNotDone();
    assertThat(storage.heldAppends()).isEqualTo(2);
    assertThat(storage.backlog().length(0)).isZero();

    storage.releaseAppends();
    assertThat(first).isCompleted();
    assertThat(first.join()).isLessThan(second.join());
    assertThat(storage.backlog().length(0)).isEqualTo(2);
  }

  @Test
  void flush_oneSplitTwice_isRefused() {
    Lease lease = storage.leases().acquire(0, "a", Duration.ofSeconds(1)).orElseThrow();
    SplitWrite write = new SplitWrite(new SplitKey(0, 0), 0, bytes("x"), 1);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Flushes.flush(storage, lease, List.of(write, write), BacklogPosition.START))
        .withMessageContaining("twice");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
