package orzo.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelDropsTest {
  @Test
  void dropped_isTheLastColumn_ofLinesWithThePort() {
    String line =
        "  123: 0100007F:1FBD 00000000:0000 07 00000000:00000000 00:00000000 00000000"
            + "     0        0 98765 2 0000000000000000 42";
    assertThat(KernelDrops.dropped(line, ":1FBD")).isEqualTo(42);
    assertThat(KernelDrops.dropped(line, ":1FBE")).isZero();
    assertThat(KernelDrops.dropped("  sl  local_address rem_address", ":1FBD")).isZero();
  }

  @Test
  void at_aPortThatNobodyListensOn_isNone() {
    assertThat(KernelDrops.at(1)).isZero();
  }
}
