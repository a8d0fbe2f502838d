package orzo.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import orzo.metric.Tenant;

/** What the record log of an {@link InMemoryStorage} holds; its lock guards this. */
final class InMemoryRecords {
  private final Map<Tenant, TreeMap<Long, byte[]>> logs = new HashMap<>();

  OptionalLong append(Tenant tenant, long position, List<byte[]> records) {
    TreeMap<Long, byte[]> log = logs.computeIfAbsent(tenant, _ -> new TreeMap<>());
    long last = log.isEmpty() ? RecordLog.START : log.lastKey();
    if (last != position) {
      return OptionalLong.empty();
    }
    for (byte[] one : records) {
      log.put(++last, one.clone());
    }
    return OptionalLong.of(last);
  }

  List<LogRecord> read(Tenant tenant, long after, int maxRecords) {
    return logs.getOrDefault(tenant, new TreeMap<>()).tailMap(after, false).entrySet().stream()
        .limit(maxRecords)
        .map(one -> new LogRecord(one.getKey(), one.getValue().clone()))
        .toList();
  }

  void remove(Tenant tenant, List<Long> positions) {
    TreeMap<Long, byte[]> log = logs.getOrDefault(tenant, new TreeMap<>());
    for (long position : positions) {
      if (!log.isEmpty() && position != log.lastKey()) {
        log.remove(position);
      }
    }
  }
}
