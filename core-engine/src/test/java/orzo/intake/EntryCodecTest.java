package orzo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import orzo.encoding.LittleEndian;
import orzo.histogram.Buckets;
import orzo.histogram.HistogramSequences;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.split.SampleExtras;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class EntryCodecTest {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff0_0000_0000_0002L),
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    0x1p63,
    -0x1p63,
    0x1p47,
    -0x1p47,
    0x1p47 - 1,
    -0x1p47 - 1,
    127,
    128,
    -128,
    -129,
    32_767,
    -32_769,
    8_388_607,
    8_388_608,
    2_147_483_647.0,
    -2_147_483_649.0,
    0.5,
    12.375
  };

  @Test
  void read_ofWhatWasWritten_returnsTheSameBits() {
    EntryCodec.Writer writer = new EntryCodec.Writer(0);
    EntrySamples read = new EntrySamples(0);
    for (int seed = 0; seed < 2000; seed++) {
      EntrySamples written = randomSamples(seed);
      writer.clear();
      for (int i = 0; i < written.size; i++) {
        writer.add(written.series[i], written.timestampsMillis[i], written.values[i]);
        addExtras(written, i, writer);
      }
      byte[] entry = writer.toEntry();
      assertThat(writer.samples()).isEqualTo(written.size);
      assertThat(writer.bytes()).isEqualTo(entry.length);

      read.clear();
      EntryCodec.read(entry, read);

      assertSame("seed " + seed, read, written);
    }
  }

  @Test
  void read_appendsToWhatIsThere() {
    EntryCodec.Writer writer = new EntryCodec.Writer(16);
    EntrySamples read = new EntrySamples(1);
    writer.add(3, 1000, 1.5);
    EntryCodec.read(writer.toEntry(), read);
    writer.add(4, 1000, 2.5);
    EntryCodec.read(writer.toEntry(), read);

    assertThat(Arrays.copyOf(read.series, read.size)).containsExactly(3, 3, 4);
    assertThat(Arrays.copyOf(read.values, read.size)).containsExactly(1.5, 1.5, 2.5);
  }

  /** The bytes of version 1: a change here means that backlogs can no longer be read. */
  @Test
  void entry_hasTheDocumentedBytes() {
    EntryCodec.Writer writer = new EntryCodec.Writer(16);
    writer.add(1, 1000, 0);
    writer.add(2, 1000, -2);
    writer.add(3, 1015, 300);
    writer.add(300, 1015, 0.5);
    writer.add(1, 1015, 0.1);
    assertThat(HexFormat.of().formatHex(writer.toEntry()))
        .isEqualTo(
            String.join(
                "",
                "01", // version 1
                "20d00f", // series +1, form 0, timestamp +1000
                "29fe", // series +1, same timestamp, form 1: -2
                "221e2c01", // series +1, form 2, timestamp +15: 300
                "ae4a0000e03f", // series +297, same timestamp, form 6: 0.5
                "df4a9a9999999999b93f", // series -299, same timestamp, form 7: 0.1
                "2e1bf6d6"));
  }

  /** The bytes of version 2: samples as in version 1, and what they have besides. */
  @Test
  void entryWithExtras_hasTheDocumentedBytes() {
    EntryCodec.Writer writer = new EntryCodec.Writer(16);
    writer.add(1, 1000, 0);
    writer.addExtras(0, null);
    writer.add(2, 1000, -2);
    writer.addExtras(500, null);
    NativeHistogram empty =
        NativeHistogram.exponential(
            ResetHint.UNKNOWN, true, 0, 0, 0, 0, 7, Buckets.EMPTY, Buckets.EMPTY);
    writer.add(3, 1000, 7);
    writer.addExtras(499, empty);
    assertThat(HexFormat.of().formatHex(writer.toEntry()))
        .startsWith(
            String.join(
                "",
                "02", // version 2
                "20d00f", // series +1, form 0, timestamp +1000
                "29fe", // series +1, same timestamp, form 1: -2
                "2907", // series +1, same timestamp, form 1: 7
                "05e807", // of the sample after the first: start +500
                "03010f", // of the next: start -1, a histogram of 15 bytes
                "0001000000000000000000" + "0000" + "0000", // see HistogramCodecTest
                "15000000")); // 21 bytes of extras
    assertThat(writer.bytes()).isEqualTo(writer.toEntry().length);
    writer.clear();
    writer.add(1, 1000, 0);
    assertThat(writer.toEntry()[0]).isEqualTo((byte) 1);
  }

  @Test
  void sampleOfAScrape_ofASmallInteger_takesThreeBytes() {
    EntryCodec.Writer writer = new EntryCodec.Writer(16);
    writer.add(0, 1_800_000_000_000L, 1);
    int before = writer.bytes();
    writer.add(1, 1_800_000_000_000L, 1000);
    assertThat(writer.bytes() - before).isEqualTo(3);
  }

  @Test
  void read_ofAnyTruncationOrFlippedBit_isCorrupt() {
    for (int seed = 0; seed < 8; seed++) {
      byte[] entry = randomEntry(seed);
      for (int length = 0; length < entry.length; length++) {
        assertThat(readsOrIsCorrupt(Arrays.copyOf(entry, length), "seed " + seed)).isFalse();
      }
      for (int bit = 0; bit < entry.length * 8; bit++) {
        entry[bit >>> 3] ^= (byte) (1 << (bit & 7));
        assertThat(readsOrIsCorrupt(entry, "seed " + seed + " bit " + bit)).isFalse();
        entry[bit >>> 3] ^= (byte) (1 << (bit & 7));
      }
    }
  }

  /** The checksum made right again, so that the decoder behind it sees the damage. */
  @Test
  void read_ofDamageBehindAValidChecksum_isCorruptOrBounded() {
    int readable = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] entry = randomEntry(seed);
      entry = Arrays.copyOf(entry, random.nextInt(5, entry.length + 1));
      for (int i = random.nextInt(4); i > 0; i--) {
        entry[random.nextInt(1, entry.length)] = (byte) random.nextInt();
      }
      CRC32C checksum = new CRC32C();
      checksum.update(entry, 0, entry.length - 4);
      LittleEndian.putInt(entry, entry.length - 4, (int) checksum.getValue());
      readable += readsOrIsCorrupt(entry, "seed " + seed) ? 1 : 0;
    }
    assertThat(readable).isBetween(1_000, 19_000);
  }

  @Test
  void read_ofForeignBytes_namesByteAndRule() {
    assertThatThrownBy(() -> EntryCodec.read(new byte[] {9, 0, 0, 0, 0}, new EntrySamples(0)))
        .isInstanceOf(GatewayException.class)
        .hasMessage("backlog entry, byte 0: version is 9 (expected: 1 or 2)");
    assertThatThrownBy(() -> EntryCodec.read(new byte[] {1}, new EntrySamples(0)))
        .hasMessage("backlog entry, byte 1: entry has 1 bytes (expected: at least 5)");
    assertThatThrownBy(() -> EntryCodec.read(new byte[] {1, 0, 0, 0, 0}, new EntrySamples(0)))
        .hasMessage("backlog entry, byte 1: checksum does not match the entry");
  }

  private static boolean readsOrIsCorrupt(byte[] entry, String description) {
    EntrySamples samples = new EntrySamples(0);
    try {
      EntryCodec.read(entry, samples);
      assertThat(samples.size).as(description).isLessThanOrEqualTo(entry.length);
      return true;
    } catch (GatewayException e) {
      assertThat(e.kind()).as(description).isEqualTo(Kind.CORRUPT);
      assertThat(samples.size).as(description).isZero();
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError(description, e);
    }
  }

  private static byte[] randomEntry(long seed) {
    EntrySamples samples = randomSamples(seed);
    EntryCodec.Writer writer = new EntryCodec.Writer(16);
    for (int i = 0; i < Math.min(20, samples.size); i++) {
      writer.add(samples.series[i], samples.timestampsMillis[i], samples.values[i]);
      addExtras(samples, i, writer);
    }
    return writer.toEntry();
  }

  private static void addExtras(EntrySamples samples, int i, EntryCodec.Writer writer) {
    SampleExtras extras = samples.extras();
    if (extras != null) {
      writer.addExtras(extras.startMillis(i), extras.histogram(i));
    }
  }

  private static EntrySamples randomSamples(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EntrySamples samples = new EntrySamples(1 + random.nextInt(500));
    samples.size = samples.series.length;
    int series = 0;
    long millis = 1_800_000_000_000L;
    for (int i = 0; i < samples.size; i++) {
      series =
          switch (random.nextInt(20)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(1000);
            default -> series + 1;
          };
      millis =
          switch (random.nextInt(20)) {
            case 0 -> random.nextLong();
            case 1, 2, 3 -> millis + random.nextInt(-100, 20_000);
            default -> millis;
          };
      samples.series[i] = series;
      samples.timestampsMillis[i] = millis;
      samples.values[i] =
          switch (random.nextInt(6)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Double.longBitsToDouble(random.nextLong());
            case 2 -> random.nextInt(1000) / 8.0;
            case 3 -> random.nextDouble();
            default -> (double) (random.nextLong() >> random.nextInt(64));
          };
    }
    if (seed % 3 == 0) {
      List<NativeHistogram> histograms = HistogramSequences.random(seed, samples.size);
      for (int i = 0; i < samples.size; i++) {
        NativeHistogram histogram = random.nextInt(3) == 0 ? histograms.get(i) : null;
        long start = random.nextInt(3) == 0 ? samples.timestampsMillis[i] - 60_000 : 0;
        samples.values[i] = histogram == null ? samples.values[i] : histogram.sum();
        samples.extrasToSet().set(i, start, histogram);
      }
    }
    return samples;
  }

  private static void assertSame(String description, EntrySamples actual, EntrySamples expected) {
    assertThat(Arrays.copyOf(actual.series, actual.size))
        .as(description)
        .isEqualTo(Arrays.copyOf(expected.series, expected.size));
    assertThat(Arrays.copyOf(actual.timestampsMillis, actual.size))
        .as(description)
        .isEqualTo(Arrays.copyOf(expected.timestampsMillis, expected.size));
    assertThat(bits(actual)).as(description).isEqualTo(bits(expected));
    for (int i = 0; i < actual.size; i++) {
      assertThat(actual.extrasToSet().histogram(i))
          .as(description)
          .isEqualTo(expected.extrasToSet().histogram(i));
      assertThat(actual.extrasToSet().startMillis(i))
          .as(description)
          .isEqualTo(expected.extrasToSet().startMillis(i));
    }
  }

  private static long[] bits(EntrySamples samples) {
    return Arrays.stream(samples.values, 0, samples.size)
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }
}
