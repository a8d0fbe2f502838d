package orzo.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;
import orzo.metric.AggregationMethod;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class AggregateSplitDecoderTest {
  private static final AggregateSchema ALL =
      schema(
          "mean sum last max min std median first count 95pct rate:mean rate:max rate:90pct increase");
  private static final AggregateSchema STANDARD = schema("mean min max sum count last increase");

  private final AggregateSplitEncoder encoder = new AggregateSplitEncoder();
  private final AggregateSplitDecoder decoder = new AggregateSplitDecoder();

  static AggregateSchema schema(String names) {
    return AggregateSchema.of(
        Arrays.stream(names.split(" ", -1)).map(AggregationMethod::parse).toList());
  }

  /** A split, and all of its rows. */
  private record Split(long granularity, long start, AggregateRows rows, byte[] bytes) {}

  private Split split(RandomSeries series, AggregateSchema schema, int samples) {
    long g = series.granularityMillis;
    SampleBuffer buffer = series.samples(samples);
    AggregateRows all = new AggregateRows(schema);
    new WindowFold(schema).fold(buffer, 0, buffer.size, g, all);
    long start = AggregateSplit.startOf(g, all.startsMillis[0]);
    AggregateRows rows = new AggregateRows(schema);
    rows.addAll(all, 0, all.indexOf(start + AggregateSplit.spanMillis(g)));
    ByteArrayWriter out = new ByteArrayWriter(16);
    encoder.encode(g, start, rows, 0, rows.size, out);
    return new Split(g, start, rows, out.toByteArray());
  }

  @Test
  void decode_returnsTheSameBits() {
    for (int seed = 0; seed < 3000; seed++) {
      Split split =
          split(
              new RandomSeries(seed), seed % 2 == 0 ? ALL : STANDARD, seed % 10 == 0 ? 3000 : 200);
      AggregateRows decoded = new AggregateRows(split.rows.schema());
      decoder.decode(
          split.granularity, split.start, split.bytes, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
      assertSame("seed " + seed, decoded, split.rows, 0, split.rows.size, decoded.schema());
    }
  }

  @Test
  void decode_ofRangeAndOtherSchema_returnsWhatBothHave() {
    AggregateSchema other = schema("max std 95pct 10pct rate:mean last");
    for (int seed = 0; seed < 1000; seed++) {
      RandomSeries series = new RandomSeries(seed);
      Split split = split(series, seed % 2 == 0 ? ALL : STANDARD, 200);
      int from = series.random.nextInt(split.rows.size);
      int to = series.random.nextInt(from, split.rows.size);
      AggregateRows decoded = new AggregateRows(other);
      decoded.add(Long.MIN_VALUE);
      decoder.decode(
          split.granularity,
          split.start,
          split.bytes,
          split.rows.startsMillis[from],
          split.rows.startsMillis[to],
          decoded);
      AggregateRows without = new AggregateRows(other);
      without.addAll(decoded, 1, decoded.size);
      AggregateRows expected = new AggregateRows(other);
      expected.addAll(split.rows, from, to + 1);
      Set<Part> both = other.parts();
      both.retainAll(split.rows.schema().parts());
      assertSame(
          "seed " + seed, without, expected, 0, expected.size, AggregateSchema.ofParts(both));
      for (int i = 0; i < without.size; i++) {
        assertThat(AggregateRows.isNone(without.percentiles(10)[i])).isTrue();
      }
    }
  }

  @Test
  void decode_ofTruncationOrFlippedBit_isCorrupt() {
    for (int seed = 0; seed < 40; seed++) {
      Split split = split(new RandomSeries(seed), ALL, 60);
      for (int length = 0; length < split.bytes.length; length++) {
        assertCorrupt(split, Arrays.copyOf(split.bytes, length), "seed " + seed + " to " + length);
      }
      for (int bit = 0; bit < split.bytes.length * 8; bit++) {
        byte[] damaged = split.bytes.clone();
        damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
        assertCorrupt(split, damaged, "seed " + seed + " bit " + bit);
      }
    }
  }

  @Test
  void decode_ofDamageBehindAValidChecksum_isCorruptOrAscending() {
    int decodable = 0;
    for (int seed = 0; seed < 30_000; seed++) {
      RandomSeries series = new RandomSeries(seed);
      Split split = split(series, seed % 2 == 0 ? ALL : STANDARD, 40);
      byte[] damaged = split.bytes.clone();
      int body = damaged.length - AggregateSplitDecoder.CHECKSUM_BYTES;
      for (int i = series.random.nextInt(1, 4); i > 0; i--) {
        damaged[series.random.nextInt(1, body)] = (byte) series.random.nextInt();
      }
      CRC32C checksum = new CRC32C();
      checksum.update(damaged, 0, body);
      LittleEndian.putInt(damaged, body, (int) checksum.getValue());
      AggregateRows decoded = new AggregateRows(ALL);
      try {
        decoder.decode(
            split.granularity, split.start, damaged, Long.MIN_VALUE, Long.MAX_VALUE, decoded);
        decodable++;
        for (int i = 1; i < decoded.size; i++) {
          assertThat(decoded.startsMillis[i]).isGreaterThan(decoded.startsMillis[i - 1]);
        }
      } catch (GatewayException e) {
        assertThat(e.kind()).as("seed " + seed).isEqualTo(Kind.CORRUPT);
        assertThat(decoded.size).isZero();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(decodable).isBetween(1_000, 29_000);
  }

  @Test
  void startOf_roundsDownAndNeverOverflows() {
    assertThat(AggregateSplit.startOf(1000, -1)).isEqualTo(-480_000);
    assertThat(AggregateSplit.startOf(1000, 480_000)).isEqualTo(480_000);
    for (long granularity : List.of(1L, 300_000L, Long.MAX_VALUE / 3, Long.MAX_VALUE)) {
      for (long millis : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        assertThat(Math.floorMod(AggregateSplit.startOf(granularity, millis), granularity))
            .isZero();
      }
    }
  }

  private void assertCorrupt(Split split, byte[] damaged, String what) {
    assertThatThrownBy(() ->
            decoder.decode(
                split.granularity,
                split.start,
                damaged,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                new AggregateRows(ALL)))
        .as(what)
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
  }

  private static void assertSame(
      String what,
      AggregateRows actual,
      AggregateRows expected,
      int from,
      int to,
      AggregateSchema schema) {
    assertThat(actual.size).as(what).isEqualTo(to - from);
    for (int i = from; i < to; i++) {
      assertThat(actual.startsMillis[i]).as(what).isEqualTo(expected.startsMillis[i]);
      assertThat(actual.flags[i]).as(what).isEqualTo(expected.flags[i]);
      for (Part part : schema.parts()) {
        if (part.isInteger()) {
          assertThat(actual.integers(part)[i])
              .as(what + " " + part)
              .isEqualTo(expected.integers(part)[i]);
        } else {
          assertBits(what + " " + part, actual.doubles(part)[i], expected.doubles(part)[i]);
        }
      }
      for (int percentile : schema.percentiles()) {
        assertBits(what, actual.percentiles(percentile)[i], expected.percentiles(percentile)[i]);
      }
      for (int percentile : schema.differencePercentiles()) {
        assertBits(
            what,
            actual.differencePercentiles(percentile)[i],
            expected.differencePercentiles(percentile)[i]);
      }
    }
  }

  private static void assertBits(String what, double actual, double expected) {
    assertThat(Double.doubleToRawLongBits(actual))
        .as(what)
        .isEqualTo(Double.doubleToRawLongBits(expected));
  }
}
