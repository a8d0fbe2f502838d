package orzo.redis;

import static orzo.redis.RedisMeters.Call.DELETE;
import static orzo.redis.RedisMeters.Call.READ_CATALOG;
import static orzo.redis.RedisMeters.Call.REGISTER;
import static orzo.redis.RedisMeters.Call.UPKEEP;

import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.metric.Metric;
import orzo.storage.BacklogEntry;
import orzo.storage.Catalog;
import orzo.storage.CatalogEntry;
import orzo.storage.Deletion;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The catalog: a hash that finds a metric's integer, a stream to read it all in order, and one of
 * what was deleted.
 */
final class RedisCatalog implements Catalog {
  /** Metrics in one script: about 1 ms of Redis's time. */
  private static final int METRICS_PER_SCRIPT = 200;

  /** Entries in one reply: some 500 KB. */
  private static final int ENTRIES_PER_READ = 2_000;

  /** Series deleted in one script: about 2 ms of Redis's time. */
  private static final int SERIES_PER_DELETION = 500;

  /** Deletions in one reply: some 500 KB at the most. */
  private static final int DELETIONS_PER_READ = 100;

  private static final Pattern DELETION =
      Pattern.compile("[0-9]{1,18} [0-9]{1,20}-[0-9]{1,20}( [0-9]{1,10})++");

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

  private static Arguments addMetrics(Arguments args, Keys.Sack names, List<Metric> metrics) {
    args.add(2).add(names.ids).add(names.series);
    try (MetricCodec codec = new MetricCodec()) {
      for (Metric metric : metrics) {
        args.add(MetricCodec.uuid(metric.id())).add(codec.encode(metric));
      }
    }
    return args;
  }

  @Override
  public int[] find(int sack, List<UUID> ids) {
    if (ids.isEmpty()) {
      return new int[0];
    }
    Keys.Sack names = keys.of(sack);
    Arguments args = RedisLink.args().add(names.ids);
    for (UUID id : ids) {
      args.add(MetricCodec.uuid(id));
    }
    List<byte @Nullable []> found =
        servers
            .at(names.slot)
            .commands()
            .call(READ_CATALOG, CommandType.HMGET, new BytesOutput(), args);
    int[] series = new int[ids.size()];
    for (int i = 0; i < series.length; i++) {
      byte[] number = found.get(i);
      series[i] =
          number == null
              ? UNKNOWN
              : Integer.parseInt(new String(number, StandardCharsets.US_ASCII));
    }
    return series;
  }

  @Override
  public List<CatalogEntry> read(int sack, int from, int maxEntries) {
    Keys.Sack names = keys.of(sack);
    List<CatalogEntry> entries = new ArrayList<>();
    long after = from; // the ID of the series before
    while (entries.size() < maxEntries) {
      int asked = Math.min(ENTRIES_PER_READ, maxEntries - entries.size());
      List<BacklogEntry> page = read(names, names.series, after, asked);
      try (MetricCodec codec = new MetricCodec()) {
        for (BacklogEntry stored : page) {
          entries.add(decode(codec, sack, stored));
          after = stored.position().major();
        }
      }
      if (page.size() < asked) {
        break;
      }
    }
    return entries;
  }

  /** Reads a stream whose IDs are counted from 1. */
  private List<BacklogEntry> read(Keys.Sack names, byte[] stream, long after, int count) {
    return servers
        .at(names.slot)
        .commands()
        .call(
            READ_CATALOG,
            CommandType.XRANGE,
            new StreamOutput(),
            RedisLink.args().add(stream).add((after + 1) + "-0").add("+").add("COUNT").add(count));
  }

  private static CatalogEntry decode(MetricCodec codec, int sack, BacklogEntry stored) {
    long series = stored.position().major() - 1;
    if (series < 0 || series > Integer.MAX_VALUE || stored.position().minor() != 0) {
      throw new GatewayException(
          Kind.CORRUPT,
          "catalog of sack "
              + sack
              + ": entry "
              + stored.position()
              + " (expected: a series plus one, and 0)");
    }
    try {
      return new CatalogEntry((int) series, codec.decode(stored.bytes()));
    } catch (GatewayException e) {
      throw new GatewayException(
          Kind.CORRUPT,
          "catalog of sack " + sack + ", series " + series + ": " + e.getMessage(),
          e);
    }
  }

  @Override
  public int delete(int sack, int[] series) {
    return delete(sack, "", series);
  }

  /**
   * Deletes series.
   *
   * @param sweep the number of the sweep that found them without splits; empty to delete them
   *     whatever they have
   */
  int delete(int sack, String sweep, int[] series) {
    Keys.Sack names = keys.of(sack);
    int deleted = 0;
    for (int from = 0; from < series.length; from += SERIES_PER_DELETION) {
      int[] some =
          Arrays.copyOfRange(series, from, Math.min(series.length, from + SERIES_PER_DELETION));
      List<byte[]> uuids = uuids(names, some);
      deleted +=
          (int)
              servers
                  .at(names.slot)
                  .commands()
                  .call(
                      new RedisLink.ScriptCall<>(
                          DELETE,
                          Script.DELETE,
                          LongsOutput::new,
                          args -> addDeletion(args, names, sweep, some, uuids)))[0];
    }
    return deleted;
  }

  private static Arguments addDeletion(
      Arguments args, Keys.Sack names, String sweep, int[] series, List<byte[]> uuids) {
    args.add(8).add(names.ids);
    args.add(names.deletions).add(names.deleted);
    args.add(names.backlog).add(names.checkpoint);
    args.add(names.written).add(names.sweep).add(names.openSpans);
    args.add(sweep).add(names.openSpan(new byte[0]));
    for (int i = 0; i < series.length; i++) {
      args.add(series[i]).add(uuids.get(i));
    }
    return args;
  }

  /** The UUIDs of series, empty for those that are not there; all are asked for at once. */
  private List<byte[]> uuids(Keys.Sack names, int[] series) {
    RedisLink link = servers.at(names.slot).commands();
    List<Request<List<BacklogEntry>>> sent = new ArrayList<>(series.length);
    for (int one : series) {
      String id = (one + 1L) + "-0";
      sent.add(
          link.send(
              READ_CATALOG,
              CommandType.XRANGE,
              new StreamOutput(),
              RedisLink.args().add(names.series).add(id).add(id)));
    }
    List<byte[]> uuids = new ArrayList<>(series.length);
    try (MetricCodec codec = new MetricCodec()) {
      for (Request<List<BacklogEntry>> one : sent) {
        List<BacklogEntry> found = link.await(one);
        uuids.add(
            found.isEmpty()
                ? new byte[0]
                : MetricCodec.uuid(codec.decode(found.getFirst().bytes()).id()));
      }
    }
    return uuids;
  }

  @Override
  public List<Deletion> deletions(int sack, long after, int maxDeletions) {
    List<Deletion> deletions = new ArrayList<>();
    Keys.Sack names = keys.of(sack);
    for (BacklogEntry stored : read(names, names.deleted, after, maxDeletions)) {
      deletions.add(decodeDeletion(sack, stored));
    }
    return deletions;
  }

  /** Reads what delete.lua wrote: milliseconds, a position and series, with spaces between. */
  private static Deletion decodeDeletion(int sack, BacklogEntry stored) {
    String text = new String(stored.bytes(), StandardCharsets.US_ASCII);
    if (!DELETION.matcher(text).matches()) {
      throw corruptDeletion(sack, stored, text);
    }
    String[] parts = text.split(" ", -1);
    try {
      int[] series = new int[parts.length - 2];
      for (int i = 0; i < series.length; i++) {
        series[i] = Integer.parseInt(parts[i + 2]);
      }
      return new Deletion(
          stored.position().major(),
          Long.parseLong(parts[0]),
          StreamIds.parse(ByteBuffer.wrap(parts[1].getBytes(StandardCharsets.US_ASCII))),
          series);
    } catch (NumberFormatException _) {
      throw corruptDeletion(sack, stored, text);
    }
  }

  private static GatewayException corruptDeletion(int sack, BacklogEntry stored, String text) {
    return new GatewayException(
        Kind.CORRUPT,
        "catalog of sack "
            + sack
            + ", deletion "
            + stored.position()
            + ": '"
            + text.substring(0, Math.min(text.length(), 100))
            + "' (expected: milliseconds, a position of the backlog, and series)");
  }

  /** See {@link orzo.storage.Upkeep#forget}. */
  void forget(int sack, long upTo) {
    Keys.Sack names = keys.of(sack);
    long after = 0;
    while (after < upTo) {
      List<Deletion> some = deletions(sack, after, DELETIONS_PER_READ);
      if (some.isEmpty() || some.getFirst().number() > upTo) {
        break;
      }
      for (Deletion deletion : some) {
        if (deletion.number() <= upTo) {
          // Entries first: without its deletion an entry would look alive.
          Arguments args = RedisLink.args().add(names.series);
          for (int series : deletion.series()) {
            args.add((series + 1L) + "-0");
          }
          servers.at(names.slot).commands().call(UPKEEP, CommandType.XDEL, new LongsOutput(), args);
        }
        after = deletion.number();
      }
    }
    servers
        .at(names.slot)
        .commands()
        .call(
            UPKEEP,
            CommandType.XTRIM,
            new LongsOutput(),
            RedisLink.args().add(names.deleted).add("MINID").add("=").add((upTo + 1) + "-0"));
  }
}
