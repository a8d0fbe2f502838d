package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.cache.CachedSplitStore;
import orzo.cache.StorageWithSplits;
import orzo.redis.ServersUnderTest.Setup;
import orzo.storage.Storage;
import orzo.storage.WatchedSplits;
import orzo.storage.contract.BacklogContract;
import orzo.storage.contract.CatalogContract;
import orzo.storage.contract.ExemplarStoreContract;
import orzo.storage.contract.LeaseStoreContract;
import orzo.storage.contract.MetadataStoreContract;
import orzo.storage.contract.PolicyStoreContract;
import orzo.storage.contract.RecordLogContract;
import orzo.storage.contract.SplitStoreContract;
import orzo.storage.contract.UpkeepContract;

/** The contracts of the ports on Redis, in each way to run it. */
@ParameterizedClass
@MethodSource("setups")
class RedisStorageIT {
  @SuppressWarnings("NullAway.Init") // JUnit calls start first
  private static ServersUnderTest redis;

  RedisStorageIT(Setup setup) {
    assertThat(setup).isIn(setups());
  }

  static List<Setup> setups() {
    return Setup.possible();
  }

  @BeforeParameterizedClassInvocation
  static void start(Setup setup) throws IOException {
    redis = setup.start();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    redis.close();
  }

  private static Storage empty(int sacks) {
    return RedisStorage.connect(redis.emptyNamespace().withSacks(sacks));
  }

  @Nested
  class Backlogs extends BacklogContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Splits extends SplitStoreContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  /** With everything read through the cache, where there may be one. */
  @Nested
  class CachedSplits extends SplitStoreContract {
    @Override
    protected Storage emptyStorage() {
      RedisStorage storage = RedisStorage.connect(redis.emptyNamespace().withSacks(SACKS));
      Optional<WatchedSplits> reads = storage.watchSplits();
      assertThat(reads.isEmpty()).isEqualTo(redis instanceof ClusterUnderTest);
      return reads
          .map(watched ->
              new CachedSplitStore(
                  storage.splits(),
                  watched,
                  SACKS,
                  1 << 20,
                  Duration.ofSeconds(1), // servers with many keys tell late of an expiry
                  System::nanoTime))
          .<Storage>map(cache -> new StorageWithSplits(storage, cache))
          .orElse(storage);
    }
  }

  @Nested
  class Catalogs extends CatalogContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Upkeeps extends UpkeepContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Leases extends LeaseStoreContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Exemplars extends ExemplarStoreContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Metadata extends MetadataStoreContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Policies extends PolicyStoreContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }

  @Nested
  class Records extends RecordLogContract {
    @Override
    protected Storage emptyStorage() {
      return empty(SACKS);
    }
  }
}
