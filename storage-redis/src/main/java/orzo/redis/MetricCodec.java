package orzo.redis;

import java.nio.ByteBuffer;
import java.util.UUID;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Metrics as the catalog holds them: version, UUID, tenant, archive policy, number of labels, then
 * names and values ascending by name.
 */
final class MetricCodec {
  private static final int VERSION = 1;

  private MetricCodec() {}

  /** A UUID's 16 bytes. */
  static byte[] uuid(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static byte[] encode(Metric metric) {
    Labels labels = metric.labels();
    RecordWriter writer =
        new RecordWriter()
            .number(VERSION)
            .raw(uuid(metric.id()))
            .text(metric.tenant().id())
            .text(metric.archivePolicy())
            .number(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      writer.text(labels.name(i)).text(labels.value(i));
    }
    return writer.toBytes();
  }

  /**
   * Decodes a metric.
   *
   * @throws GatewayException {@link Kind#CORRUPT} when the bytes are no metric
   */
  static Metric decode(byte[] bytes) {
    RecordReader reader = new RecordReader("metric", VERSION, bytes);
    UUID id = new UUID(reader.fixedLong(), reader.fixedLong());
    String tenant = reader.text();
    String archivePolicy = reader.text();
    int count = reader.number();
    if (count < 0 || count > bytes.length / 2) { // a label takes at least two bytes
      throw reader.corrupt(count + " labels");
    }
    String[] pairs = new String[2 * count];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = reader.text();
    }
    reader.end();
    try {
      return new Metric(id, new Tenant(tenant), Labels.ofSorted(pairs), archivePolicy);
    } catch (IllegalArgumentException | GatewayException e) {
      throw reader.corrupt(String.valueOf(e.getMessage()));
    }
  }
}
