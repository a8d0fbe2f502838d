package orzo.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import orzo.encoding.ByteArrayWriter;
import orzo.split.SampleBuffer;

/** The bytes of aggregate splits, which stored ones have too. */
class AggregateSplitFormatTest {
  private static final String[] EXPECTED = {
    "01", // version
    "ff0b", // parts 0 to 8 and 10
    "0000", // no percentiles
    "03", // rows
    "03020102", // windows 1, 2, 3
    "03020100", // flags: all have a border
    "03060100", // 3 samples each inside
    "05b0ea010100", // the first after 15 s
    "0590bf050100", // the last after 45 s
    "060000c8010138", // borders 100, 128, 156
    "060000f2010138", // last 121, 149, 177
    "060000d6010138", // first 107, 135, 163
    "020105", // least: as the first
    "020104", // greatest: as the last
    "070000ac0501a801", // sums 342, 426, 510
    "050000000100", // no drops
    "fbac2afc"
  };

  @Test
  void counterOfThreeWindows() {
    SampleBuffer samples = new SampleBuffer(0);
    for (int i = 0; i < 12; i++) {
      samples.add(60_000L + 15_000L * i, 100 + 7 * i);
    }
    AggregateSchema schema =
        AggregateSplitDecoderTest.schema("mean min max sum count last increase");
    AggregateRows rows = new AggregateRows(schema);
    new WindowFold(schema).fold(samples, 0, samples.size, 60_000, rows);
    ByteArrayWriter out = new ByteArrayWriter(16);
    new AggregateSplitEncoder().encode(60_000, 0, rows, 0, rows.size, out);
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(String.join("", EXPECTED));
  }
}
