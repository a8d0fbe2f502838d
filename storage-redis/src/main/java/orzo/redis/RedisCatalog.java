package orzo.redis;

import static orzo.redis.RedisMeters.Call.READ_CATALOG;
import static orzo.redis.RedisMeters.Call.REGISTER;

import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import orzo.metric.Metric;
import orzo.storage.BacklogEntry;
import orzo.storage.Catalog;
import orzo.storage.CatalogEntry;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** The catalog: a hash that finds a metric's integer, and a stream to read it all in order. */
final class RedisCatalog implements Catalog {
  /** Metrics in one script: about 1 ms of Redis's time. */
  private static final int METRICS_PER_SCRIPT = 200;

  /** Entries in one reply: some 500 KB. */
  private static final int ENTRIES_PER_READ = 2_000;

  private final SackKeys keys;
  private final Servers servers;

  RedisCatalog(SackKeys keys, Servers servers) {
    this.keys = keys;
    this.servers = servers;
  }

  @Override
  public int[] register(int sack, List<Metric> metrics) {
    Keys.Sack names = keys.of(sack);
    RedisLink link = servers.at(names.slot).commands();
    List<RedisLink.ScriptCall<long[]>> calls = new ArrayList<>();
    List<Request<long[]>> replies = new ArrayList<>();
    for (int from = 0; from < metrics.size(); from += METRICS_PER_SCRIPT) {
      List<Metric> some =
          metrics.subList(from, Math.min(metrics.size(), from + METRICS_PER_SCRIPT));
      var call =
          new RedisLink.ScriptCall<>(
              REGISTER, Script.REGISTER, LongsOutput::new, args -> addMetrics(args, names, some));
      calls.add(call);
      replies.add(link.send(call));
    }
    int[] series = new int[metrics.size()];
    int at = 0;
    for (int i = 0; i < calls.size(); i++) {
      for (long one : link.await(calls.get(i), replies.get(i))) {
        series[at++] = Math.toIntExact(one);
      }
    }
    return series;
  }

  private static CommandArgs<byte[], byte[]> addMetrics(
      CommandArgs<byte[], byte[]> args, Keys.Sack names, List<Metric> metrics) {
    args.add(2).addKey(names.ids).addKey(names.series);
    try (MetricCodec codec = new MetricCodec()) {
      for (Metric metric : metrics) {
        args.add(MetricCodec.uuid(metric.id())).add(codec.encode(metric));
      }
    }
    return args;
  }

  @Override
  public List<CatalogEntry> read(int sack, int from, int maxEntries) {
    Keys.Sack names = keys.of(sack);
    RedisLink link = servers.at(names.slot).commands();
    List<CatalogEntry> entries = new ArrayList<>();
    while (entries.size() < maxEntries) {
      int asked = Math.min(ENTRIES_PER_READ, maxEntries - entries.size());
      List<BacklogEntry> page =
          link.call(
              READ_CATALOG,
              CommandType.XRANGE,
              new StreamOutput(),
              RedisLink.args()
                  .addKey(names.series)
                  .add((from + 1L + entries.size()) + "-0")
                  .add("+")
                  .add("COUNT")
                  .add(asked));
      try (MetricCodec codec = new MetricCodec()) {
        for (BacklogEntry stored : page) {
          entries.add(decode(codec, sack, from + entries.size(), stored));
        }
      }
      if (page.size() < asked) {
        break;
      }
    }
    return entries;
  }

  private static CatalogEntry decode(
      MetricCodec codec, int sack, int expected, BacklogEntry stored) {
    if (stored.position().major() != expected + 1L) {
      throw new GatewayException(
          Kind.CORRUPT,
          "catalog of sack "
              + sack
              + ": entry "
              + stored.position()
              + " (expected: "
              + (expected + 1L)
              + "-0)");
    }
    try {
      return new CatalogEntry(expected, codec.decode(stored.bytes()));
    } catch (GatewayException e) {
      throw new GatewayException(
          Kind.CORRUPT,
          "catalog of sack " + sack + ", series " + expected + ": " + e.getMessage(),
          e);
    }
  }
}
