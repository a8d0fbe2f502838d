package orzo.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private final BufferPool pool = new BufferPool(16, 64, 100);

  @Test
  void take_afterGive_isTheSameArray() {
    byte[] buffer = pool.take(3);
    assertThat(buffer).hasSize(16);
    pool.give(buffer);
    assertThat(pool.take(16)).isSameAs(buffer);
    assertThat(pool.take(16)).isNotSameAs(buffer);
    assertThat(pool.idleBytes()).isZero();
  }

  @Test
  void take_longerThanWhatIsIdle_isANewPowerOfTwo() {
    pool.give(new byte[16]);
    assertThat(pool.take(17)).hasSize(32);
    assertThat(pool.take(33)).hasSize(64);
    assertThat(pool.take((1 << 16) + 1)).hasSize(1 << 17);
    assertThat(pool.idleBytes()).isZero();
  }

  @Test
  void give_ofUnusualSizeOrBeyondTheLimit_isLetGo() {
    pool.give(new byte[15]);
    pool.give(new byte[65]);
    assertThat(pool.idleBytes()).isZero();
    pool.give(new byte[64]);
    pool.give(new byte[64]);
    assertThat(pool.idleBytes()).isEqualTo(64);
  }
}
