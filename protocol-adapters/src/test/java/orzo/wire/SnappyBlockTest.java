package orzo.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class SnappyBlockTest {
  private static byte[] compressible(Random random, int length) {
    byte[] plain = new byte[length];
    for (int i = 0; i < length; i++) {
      plain[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : i % 7);
    }
    return plain;
  }

  private static byte[] compress(byte[] plain) {
    try {
      return Snappy.compress(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 16_384, 2_097_152})
  void decompress_whatSnappyCompressed_isThePlainText(int length) {
    byte[] plain = compressible(new Random(length), length);
    byte[] block = compress(plain);
    byte[] longer = Arrays.copyOf(block, block.length + 10); // a buffer used before
    assertThat(SnappyBlock.declaredLength("remote write", longer, block.length)).isEqualTo(length);
    byte[] output = new byte[length + 3];
    SnappyBlock.decompress("remote write", longer, block.length, output);
    assertThat(Arrays.copyOf(output, length)).isEqualTo(plain);
    assertThat(Arrays.copyOfRange(output, length, length + 3)).containsOnly(0);
  }

  @Test
  void declaredLength_ofNoBlock_isMalformed() {
    byte[][] wrong = {{}, {-1}, {-1, -1, -1, -1}, {-1, -1, -1, -1, -1}, {-1, -1, -1, -1, 0x10}};
    for (byte[] bytes : wrong) {
      assertThatThrownBy(() -> SnappyBlock.declaredLength("remote write", bytes, bytes.length))
          .isInstanceOf(GatewayException.class)
          .hasMessage(
              "remote write: body of "
                  + bytes.length
                  + " bytes is no Snappy block (expected: block format)");
    }
    assertThat(SnappyBlock.declaredLength("remote write", new byte[] {-1, -1, -1, -1, 0xF}, 5))
        .isEqualTo((1L << 32) - 1);
  }

  @Test
  void decompress_intoTooLittleRoom_throwsBeforeItWrites() {
    byte[] block = compress(new byte[100]);
    assertThatThrownBy(
            () -> SnappyBlock.decompress("remote write", block, block.length, new byte[99]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output: 99 bytes (expected: 100 or more)");
  }

  /**
   * Whatever a block is, it is decompressed or malformed, and nothing behind its end is written.
   */
  @Test
  void decompress_damagedBlocks_areMalformedOrStayInTheirLength() {
    int malformed = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] block = compress(compressible(random, random.nextInt(1, 400)));
      for (int i = random.nextInt(4); i > 0; i--) {
        block[random.nextInt(block.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(block.length) : block.length;
      try {
        long declared = SnappyBlock.declaredLength("remote write", block, length);
        if (declared > 10_000) {
          continue; // refused by its size
        }
        byte[] output = new byte[(int) declared + 64];
        try {
          SnappyBlock.decompress("remote write", block, length, output);
        } finally {
          assertThat(Arrays.copyOfRange(output, (int) declared, output.length))
              .as("seed %d: behind the declared end", seed)
              .containsOnly(0);
        }
      } catch (GatewayException e) {
        assertThat(e.kind()).as("seed %d", seed).isEqualTo(Kind.MALFORMED);
        malformed++;
      }
    }
    assertThat(malformed).isBetween(5_000, 19_000);
  }
}
