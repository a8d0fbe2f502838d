package orzo.redis;

import static orzo.redis.RedisMeters.Call.RECORDS;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import orzo.metric.Tenant;
import orzo.storage.BacklogEntry;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.LogRecord;
import orzo.storage.RecordLog;

/** The log of a tenant as one stream, with positions as IDs. */
final class RedisRecordLog implements RecordLog {
  /** What the script returns when the log has moved on. */
  private static final long MOVED_ON = -1;

  /** Records in one reply: some 100 KB as a rule. */
  private static final int RECORDS_PER_READ = 500;

  /** Records removed in one script: about 1 ms of Redis's time. */
  private static final int RECORDS_PER_REMOVAL = 1_000;

  private final Keys namespace;
  private final Servers servers;

  RedisRecordLog(Keys namespace, Servers servers) {
    this.namespace = namespace;
    this.servers = servers;
  }

  @Override
  public OptionalLong append(Tenant tenant, long position, List<byte[]> records) {
    RecordLog.requireWithinLimits(records);
    byte[] key = namespace.records(tenant);
    long last =
        link(key)
            .call(
                new RedisLink.ScriptCall<>(
                    RECORDS,
                    Script.RECORDS,
                    LongsOutput::new,
                    args -> {
                      args.add(1).add(key).add(position);
                      records.forEach(args::add);
                      return args;
                    }))[0];
    return last == MOVED_ON ? OptionalLong.empty() : OptionalLong.of(last);
  }

  @Override
  public List<LogRecord> read(Tenant tenant, long after, int maxRecords) {
    byte[] key = namespace.records(tenant);
    List<LogRecord> records = new ArrayList<>();
    long last = after;
    while (records.size() < maxRecords) {
      int asked = Math.min(RECORDS_PER_READ, maxRecords - records.size());
      List<BacklogEntry> page = read(key, last, asked);
      for (BacklogEntry stored : page) {
        last = position(tenant, stored, last);
        records.add(new LogRecord(last, stored.bytes()));
      }
      if (page.size() < asked) {
        break;
      }
    }
    return records;
  }

  private List<BacklogEntry> read(byte[] key, long after, int count) {
    return link(key)
        .call(
            RECORDS,
            CommandType.XRANGE,
            new StreamOutput(),
            RedisLink.args().add(key).add((after + 1) + "-0").add("+").add("COUNT").add(count));
  }

  private static long position(Tenant tenant, BacklogEntry stored, long before) {
    long position = stored.position().major();
    if (position <= before || stored.position().minor() != 0) {
      throw new GatewayException(
          Kind.CORRUPT,
          "records of tenant '"
              + tenant.id()
              + "': entry "
              + stored.position()
              + " (expected: a position, and 0)");
    }
    return position;
  }

  @Override
  public void remove(Tenant tenant, List<Long> positions) {
    byte[] key = namespace.records(tenant);
    for (int from = 0; from < positions.size(); from += RECORDS_PER_REMOVAL) {
      List<Long> some =
          positions.subList(from, Math.min(positions.size(), from + RECORDS_PER_REMOVAL));
      link(key)
          .call(
              new RedisLink.ScriptCall<>(
                  RECORDS,
                  Script.UNRECORD,
                  LongsOutput::new,
                  args -> {
                    args.add(1).add(key);
                    some.forEach(args::add);
                    return args;
                  }));
    }
  }

  private RedisLink link(byte[] key) {
    return servers.at(SlotHash.getSlot(key)).commands();
  }
}
