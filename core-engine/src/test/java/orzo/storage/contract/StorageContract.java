package orzo.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import orzo.storage.Storage;

/** What the kits share: the storage under test, and ways to wait for it. */
public abstract class StorageContract {
  /** The sack that most tests use. */
  protected static final int SACK = 1;

  /** A sack beside {@link #SACK}. */
  protected static final int OTHER_SACK = 2;

  /** How many sacks the storage under test has. */
  protected static final int SACKS = 4;

  private static final int MAX_TICKS = 1_000;

  /** The storage under test. */
  protected Storage storage;

  /** Makes a storage of {@link #SACKS} sacks, fresh and empty; the kit closes it. */
  protected abstract Storage emptyStorage() throws Exception;

  /** Lets at least 10 ms of the storage's clock pass. */
  protected void tick() {
    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
  }

  @BeforeEach
  final void openStorage() throws Exception {
    storage = emptyStorage();
    assertThat(storage.sacks()).isEqualTo(SACKS);
  }

  @AfterEach
  final void closeStorage() {
    storage.close();
  }

  /** Lets time pass until the condition holds, and fails when it does not within some seconds. */
  protected final void eventually(String what, BooleanSupplier condition) {
    for (int i = 0; i < MAX_TICKS; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      tick();
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  /** The result of a stage that completes within seconds. */
  protected static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
