package orzo.redis;

import static orzo.redis.RedisMeters.Call.EXEMPLARS;

import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.storage.ExemplarStore;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.SeriesExemplar;

/**
 * Exemplars as one sorted set for each series: their bytes, which are the same for the same
 * exemplar, by timestamp. What is over the limit goes from the front, all of it by its time to
 * live.
 */
final class RedisExemplarStore implements ExemplarStore {
  private static final int VERSION = 1;

  /** Series that are asked for, or written, before the first answer is waited for. */
  private static final int SERIES_UNDER_WAY = 500;

  private final SackKeys keys;
  private final Servers servers;

  RedisExemplarStore(SackKeys keys, Servers servers) {
    this.keys = keys;
    this.servers = servers;
  }

  @Override
  public void write(int sack, List<SeriesExemplar> exemplars) {
    Keys.Sack names = keys.of(sack);
    RedisLink link = servers.at(names.slot).commands();
    Map<Integer, List<Exemplar>> bySeries = new LinkedHashMap<>();
    for (SeriesExemplar one : exemplars) {
      bySeries.computeIfAbsent(one.series(), _ -> new ArrayList<>()).add(one.exemplar());
    }
    List<Request<long[]>> underWay = new ArrayList<>();
    bySeries.forEach((series, some) -> {
      byte[] key = names.exemplars(series);
      var members = RedisLink.args().add(key);
      for (Exemplar exemplar : some) {
        members.add(exemplar.timestampMillis()).add(encode(exemplar));
      }
      underWay.add(link.send(EXEMPLARS, CommandType.ZADD, new LongsOutput(), members));
      var oldest = RedisLink.args().add(key).add(0).add(-1 - SERIES_LIMIT);
      underWay.add(link.send(EXEMPLARS, CommandType.ZREMRANGEBYRANK, new LongsOutput(), oldest));
      var life = RedisLink.args().add(key).add(TTL_SECONDS);
      underWay.add(link.send(EXEMPLARS, CommandType.EXPIRE, new LongsOutput(), life));
      if (underWay.size() >= 3 * SERIES_UNDER_WAY) {
        underWay.forEach(link::await);
        underWay.clear();
      }
    });
    underWay.forEach(link::await);
  }

  @Override
  public List<SeriesExemplar> read(int sack, int[] series, long fromMillis, long toMillis) {
    Keys.Sack names = keys.of(sack);
    RedisLink link = servers.at(names.slot).reads();
    List<SeriesExemplar> found = new ArrayList<>();
    for (int from = 0; from < series.length; from += SERIES_UNDER_WAY) {
      int to = Math.min(series.length, from + SERIES_UNDER_WAY);
      List<Request<List<byte @Nullable []>>> underWay = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        var range = RedisLink.args().add(names.exemplars(series[i])).add(fromMillis).add(toMillis);
        underWay.add(link.send(EXEMPLARS, CommandType.ZRANGEBYSCORE, new BytesOutput(), range));
      }
      for (int i = from; i < to; i++) {
        addTo(found, sack, series[i], link.await(underWay.get(i - from)), fromMillis, toMillis);
      }
    }
    return found;
  }

  private static void addTo(
      List<SeriesExemplar> found,
      int sack,
      int series,
      List<byte @Nullable []> stored,
      long fromMillis,
      long toMillis) {
    int first = found.size();
    for (byte[] bytes : stored) {
      Exemplar exemplar = decode(sack, series, bytes == null ? new byte[0] : bytes);
      // Redis compares timestamps as doubles, which are coarser beyond 2^53.
      if (exemplar.timestampMillis() >= fromMillis && exemplar.timestampMillis() <= toMillis) {
        found.add(new SeriesExemplar(series, exemplar));
      }
    }
    found
        .subList(first, found.size())
        .sort(Comparator.comparingLong(one -> one.exemplar().timestampMillis()));
  }

  private static byte[] encode(Exemplar exemplar) {
    RecordWriter writer =
        new RecordWriter()
            .number(VERSION)
            .fixedLong(exemplar.timestampMillis())
            .fixedLong(Double.doubleToRawLongBits(exemplar.value()))
            .number(exemplar.labels().size());
    for (int i = 0; i < exemplar.labels().size(); i++) {
      writer.text(exemplar.labels().name(i)).text(exemplar.labels().value(i));
    }
    return writer.toBytes();
  }

  private static Exemplar decode(int sack, int series, byte[] bytes) {
    try {
      RecordReader reader = new RecordReader("exemplar", VERSION, bytes);
      long timestampMillis = reader.fixedLong();
      double value = Double.longBitsToDouble(reader.fixedLong());
      Labels.Builder labels = Labels.EMPTY.toBuilder();
      for (int i = reader.number(); i > 0; i--) {
        labels.set(reader.text(), reader.text());
      }
      reader.end();
      return new Exemplar(labels.build(), value, timestampMillis);
    } catch (GatewayException e) {
      throw new GatewayException(
          Kind.CORRUPT, "sack " + sack + ", series " + series + ": " + e.getMessage(), e);
    }
  }
}
