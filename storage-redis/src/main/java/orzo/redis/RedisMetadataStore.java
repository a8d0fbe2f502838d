package orzo.redis;

import static orzo.redis.RedisMeters.Call.METADATA;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.MetadataStore;

/** Metadata as one hash for each tenant: metric name to version, type, help and unit. */
final class RedisMetadataStore implements MetadataStore {
  private static final int VERSION = 1;
  private static final int NAMES_PER_WRITE = 500;

  private final Keys namespace;
  private final Servers servers;

  RedisMetadataStore(Keys namespace, Servers servers) {
    this.namespace = namespace;
    this.servers = servers;
  }

  @Override
  public void write(Tenant tenant, List<MetricMetadata> metadata) {
    byte[] key = namespace.metadata(tenant);
    RedisLink link = servers.at(SlotHash.getSlot(key)).commands();
    List<Request<long[]>> replies = new ArrayList<>();
    for (int from = 0; from < metadata.size(); from += NAMES_PER_WRITE) {
      Arguments args = RedisLink.args().add(key);
      for (MetricMetadata one :
          metadata.subList(from, Math.min(metadata.size(), from + NAMES_PER_WRITE))) {
        args.add(one.name().getBytes(StandardCharsets.UTF_8)).add(encode(one));
      }
      replies.add(link.send(METADATA, CommandType.HSET, new LongsOutput(), args));
    }
    replies.forEach(link::await);
  }

  @Override
  public List<MetricMetadata> read(Tenant tenant) {
    byte[] key = namespace.metadata(tenant);
    List<byte @Nullable []> stored =
        servers
            .at(SlotHash.getSlot(key))
            .commands()
            .call(METADATA, CommandType.HGETALL, new BytesOutput(), RedisLink.args().add(key));
    List<MetricMetadata> metadata = new ArrayList<>(stored.size() / 2);
    for (int i = 0; i + 1 < stored.size(); i += 2) {
      byte[] name = stored.get(i);
      byte[] value = stored.get(i + 1);
      if (name != null && value != null) {
        metadata.add(decode(tenant, new String(name, StandardCharsets.UTF_8), value));
      }
    }
    metadata.sort(Comparator.comparing(MetricMetadata::name));
    return metadata;
  }

  private static byte[] encode(MetricMetadata metadata) {
    return new RecordWriter()
        .number(VERSION)
        .text(metadata.type())
        .text(metadata.help())
        .text(metadata.unit())
        .toBytes();
  }

  private static MetricMetadata decode(Tenant tenant, String name, byte[] bytes) {
    try {
      RecordReader reader = new RecordReader("metadata", VERSION, bytes);
      MetricMetadata metadata =
          new MetricMetadata(name, reader.text(), reader.text(), reader.text());
      reader.end();
      return metadata;
    } catch (GatewayException e) {
      throw new GatewayException(
          Kind.CORRUPT,
          "tenant '" + tenant.id() + "', metric '" + name + "': " + e.getMessage(),
          e);
    }
  }
}
