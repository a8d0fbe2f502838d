package orzo.conformance.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

final class WriteRequestBodyTest {
  @Test
  void add_oneSample_givesProtobufsBytes() {
    byte[] labels = WriteRequestBody.encodeLabels("b", "2", "__name__", "a");
    WriteRequestBody body = new WriteRequestBody().add(labels, 300, 1.0);
    // 0a: request.timeseries; 0a: series.labels {0a: name, 12: value}; 12: series.samples
    // {09: value, 10: timestamp}; by hand from the message definitions.
    String expected =
        "0a25"
            + "0a0d0a085f5f6e616d655f5f120161"
            + "0a060a0162120132"
            + ("120c" + "09000000000000f03f" + "10ac02");
    assertThat(HexFormat.of().formatHex(body.uncompressed())).isEqualTo(expected);
    assertThat(body.samples()).isEqualTo(1);
  }

  @Test
  void add_ofNegativeTime_takesTenBytes() {
    WriteRequestBody body = new WriteRequestBody().add(new byte[0], -1, 0);
    assertThat(HexFormat.of().formatHex(body.uncompressed()))
        .isEqualTo("0a16" + "1214" + "090000000000000000" + "10ffffffffffffffffff01");
  }

  @Test
  void compressed_isSnappyOfTheMessage() throws IOException {
    WriteRequestBody body = new WriteRequestBody();
    byte[] labels = WriteRequestBody.encodeLabels("__name__", "x");
    for (int i = 0; i < 10_000; i++) {
      body.add(labels, i, i);
    }
    assertThat(Snappy.uncompress(body.compressed())).isEqualTo(body.uncompressed());
    assertThat(body.samples()).isEqualTo(10_000);
    body.clear();
    assertThat(body.length()).isZero();
  }

  @Test
  void staleMarker_keepsItsBits() {
    double stale = Double.longBitsToDouble(WriteRequestBody.STALE_NAN_BITS);
    WriteRequestBody body = new WriteRequestBody().add(new byte[0], 1, stale);
    assertThat(HexFormat.of().formatHex(body.uncompressed())).contains("09020000000000f07f");
  }
}
