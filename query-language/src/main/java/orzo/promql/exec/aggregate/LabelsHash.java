package orzo.promql.exec.aggregate;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import orzo.metric.Labels;

/**
 * Where in [0, 1] a series lies for {@code limit_ratio}: the 64-bit XXH64 of its labels, written as
 * Prometheus holds them (each string after its length, which takes one byte below 255 and three
 * more from there on), so that both choose the same series.
 */
final class LabelsHash {
  private LabelsHash() {}

  static double place(Labels labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < labels.size(); i++) {
      write(labels.name(i), bytes);
      write(labels.value(i), bytes);
    }
    long hash = Hashing.xxh64().hashBytesToLong(bytes.toByteArray());
    return unsigned(hash) / 0x1p64;
  }

  private static void write(String text, ByteArrayOutputStream bytes) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    int length = encoded.length;
    if (length < 255) {
      bytes.write(length);
    } else {
      bytes.write(255);
      bytes.write(length);
      bytes.write(length >>> 8);
      bytes.write(length >>> 16);
    }
    bytes.writeBytes(encoded);
  }

  private static double unsigned(long hash) {
    return (hash >>> 1) * 2.0 + (hash & 1);
  }
}
