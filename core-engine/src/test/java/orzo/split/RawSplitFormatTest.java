package orzo.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayWriter;

/**
 * The bytes of version 1 of docs/split-format.md. A change here means that stored splits can no
 * longer be read, or that the encoder chooses other forms than it did.
 */
class RawSplitFormatTest {
  private static final double STALE = Double.longBitsToDouble(ValueColumn.STALE_MARKER);

  @Test
  void oneSample() {
    assertBytes(
        new long[] {1000},
        new double[] {42},
        "01", // version 1
        "01 08 e807", // 1 sample, 8 bytes follow, first timestamp at 1000
        "00 54", // values: decimals of scale 0, the first is 42
        "12d45547"); // CRC32C
  }

  @Test
  void constant() {
    double[] values = new double[120];
    Arrays.fill(values, 0.5);
    assertBytes(
        regular(120, 15_000),
        values,
        "01",
        "78 0e f403", // 120 samples
        "01 b0ea01", // timestamps: order 1, no widths, base 15000
        "01 0a 01 00", // values: scale 1, the first is 5; order 1, no widths, base 0
        "ce76f965");
  }

  @Test
  void counter() {
    assertBytes(
        regular(6, 15_000),
        new double[] {100, 107, 112, 120, 125, 131},
        "01",
        "06 12 f403",
        "01 b0ea01",
        "00 c801", // scale 0, the first is 100
        "11 0a 02 3201", // order 1, one width, base 5, 2 bits each: 2 0 3 0 1
        "721c40a9");
  }

  @Test
  void gaugeWithExceptions_atJitteredTimes() {
    assertBytes(
        new long[] {500, 15_502, 30_499, 45_501, 60_500, 75_498},
        new double[] {21.5, 21.7, -0.0, 21.4, STALE, 22},
        "01",
        "06 28 f403",
        "11 aaea01 03 4515", // order 1, one width, base 14997, 3 bits each: 5 0 5 2 1
        "21", // scale 1 with exceptions
        "02 04 0000000000000080", // 2 of them, after a gap of 2: -0.0
        "02 020000000000f07f", // after a gap of 1: the staleness marker
        "ae03", // 215
        "11 05 04 0509", // order 1, one width, base -3, 4 bits each: 5 0 9
        "8b995baf");
  }

  @Test
  void staleMarkerAlone_costsNoLiteral() {
    assertBytes(
        regular(5, 15_000),
        new double[] {7, 8, 9, 10, STALE},
        "01",
        "05 10 f403",
        "01 b0ea01",
        "20 01 09", // scale 0 with 1 exception, after a gap of 4, bits as before
        "0e 01 02", // 7, order 1, no widths, base 1
        "1f1a5e6f");
  }

  @Test
  void repeats() {
    double[] values = new double[40];
    double level = 7;
    for (int i = 0; i < values.length; i++) {
      level = i == 3 || i == 9 || i == 10 || i == 22 || i == 31 ? level * 31 % 1009 : level;
      values[i] = level;
    }
    assertBytes(
        regular(40, 60_000),
        values,
        "01",
        "28 1c f403",
        "01 c0a907",
        "40 0403204000", // scale 0, a bit set where the value changes
        "0e", // 7
        "11 bf07 0a b2a2ae9ec50000", // order 1, one width, base -480, 10 bits each
        "af3b93e0");
  }

  @Test
  void orderedBits() {
    assertBytes(
        regular(3, 1000),
        new double[] {Math.sqrt(2), Math.sqrt(2), Math.sqrt(3)},
        "01",
        "03 1c f403",
        "01 d00f",
        "5f 02", // ordered bits with repeats, the third value differs
        "cd3b7f669ea0f63f", // bits of the first
        "01 bac3c89d90f78a05", // order 1, no widths, base
        "58c6f119");
  }

  @Test
  void groupsPatchesAndFactor() {
    double[] values = new double[70];
    double pages = 0;
    for (int i = 0; i < values.length; i++) {
      pages = i == 50 ? 0 : pages + (i < 32 ? i % 4 : 1000 + i * i % 17);
      values[i] = pages * 4096;
    }
    assertBytes(
        regular(70, 1000),
        values,
        "01",
        "46 3f f403",
        "01 d00f",
        "00 00",
        "3d 8020 00", // order 1, factor, patches, widths and bases; factor 4096; base 0
        "02 00 3939393939393939", // 32 of 2 bits, base as before
        "04 d20f 0030f817ceec718f0300837fe1cc1ef7", // 32 of 4 bits, base 1001 higher
        "04 01 490101", // 5 of 4 bits, base 1 lower
        "04 1f d80f 01 d00f 0f 979c02 00 d00f", // 4 patches: 31 is 1004, 33 1000, 49 -18188, ...
        "82c0f19d");
  }

  @Test
  void packedPatches_atTimesThatAreSometimesLate() {
    long[] timestamps = regular(100, 15_000);
    double[] values = new double[timestamps.length];
    for (int i = 7; i < timestamps.length; i += 9) {
      timestamps[i] += i % 5;
    }
    assertBytes(
        timestamps,
        values,
        "01",
        "64 28 f403",
        "68 b0ea01 00", // order 0, packed patches, a width of each group; slope 15000, base 0
        "00", // 32 of 0 bits
        "03 200000c00000000400001000", // 32 of 3 bits
        "00", // 32 of 0 bits
        "02 02", // 3 of 2 bits
        "04 06 06e223 02 02 b1", // 4 patches: gaps of 6 bits, least 1, residuals of 2 bits
        "00 00 01 00", // 0, constant
        "7b43eb40");
  }

  private static long[] regular(int count, long interval) {
    long[] timestamps = new long[count];
    for (int i = 0; i < count; i++) {
      timestamps[i] = 500 + interval * i;
    }
    return timestamps;
  }

  private static void assertBytes(long[] timestamps, double[] values, String... hex) {
    ByteArrayWriter out = new ByteArrayWriter(16);
    RawBlockEncoder.encodeHeader(out);
    new RawBlockEncoder().encode(0, timestamps, values, 0, values.length, out);
    String expected = String.join("", hex).replace(" ", "");
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(expected);

    SampleBuffer decoded = new SampleBuffer(0);
    RawSplitCodec.decode(0, out.toByteArray(), Long.MIN_VALUE, Long.MAX_VALUE, decoded);
    for (int i = 0; i < values.length; i++) {
      assertThat(decoded.timestampsMillis[i]).isEqualTo(timestamps[i]);
      assertThat(Double.doubleToRawLongBits(decoded.values[i]))
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
    }
  }
}
