package orzo.redis;

import static orzo.redis.RedisMeters.Call.READ_BACKLOG;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import orzo.storage.Backlog;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Backlogs as streams. Appends have connections of their own, so that nothing holds them up. */
final class RedisBacklog implements Backlog {
  private static final BacklogPosition LAST = new BacklogPosition(-1, -1);

  /**
   * Nodes of a stream, oldest first, that Redis sizes to know the stream's size; of the others it
   * takes the mean. A node holds four kilobytes, or one entry that is larger.
   */
  private static final int SIZE_SAMPLES = 1_000;

  private final SackKeys keys;
  private final Servers servers;
  private final byte[][] appendPrefixes;
  private final long pendingLimitBytes;
  private final AtomicLong pendingBytes = new AtomicLong();

  RedisBacklog(SackKeys keys, Servers servers, long pendingLimitBytes) {
    this.keys = keys;
    this.servers = servers;
    this.pendingLimitBytes = pendingLimitBytes;
    appendPrefixes = new byte[keys.count()][];
    for (int sack = 0; sack < appendPrefixes.length; sack++) {
      appendPrefixes[sack] = AppendRequest.prefix(keys.of(sack).backlog);
    }
  }

  @Override
  public CompletionStage<BacklogPosition> append(int sack, byte[] bytes) {
    Keys.Sack names = keys.of(sack);
    if (pendingBytes.addAndGet(bytes.length) > pendingLimitBytes) {
      pendingBytes.addAndGet(-bytes.length);
      return CompletableFuture.failedFuture(
          new GatewayException(
              Kind.LIMIT,
              "an entry of "
                  + bytes.length
                  + " bytes does not fit the backlog appends that wait for Redis (limit: "
                  + pendingLimitBytes
                  + " bytes)"));
    }
    return servers
        .at(names.slot)
        .appends()
        .append(new AppendRequest(appendPrefixes[sack], bytes, pendingBytes));
  }

  @Override
  public List<BacklogEntry> read(int sack, BacklogPosition after, int maxEntries) {
    if (after.equals(LAST)) {
      return List.of();
    }
    byte[] exclusive = ("(" + after).getBytes(StandardCharsets.US_ASCII);
    Keys.Sack names = keys.of(sack);
    return commands(names)
        .call(
            READ_BACKLOG,
            CommandType.XRANGE,
            new StreamOutput(),
            RedisLink.args()
                .add(names.backlog)
                .add(exclusive)
                .add("+")
                .add("COUNT")
                .add(maxEntries));
  }

  @Override
  public long length(int sack) {
    Keys.Sack names = keys.of(sack);
    return commands(names)
        .call(
            READ_BACKLOG, CommandType.XLEN, new LongsOutput(), RedisLink.args().add(names.backlog))[
        0];
  }

  @Override
  public long sizeBytes(int sack) {
    Keys.Sack names = keys.of(sack);
    return commands(names)
        .call(
            READ_BACKLOG,
            CommandType.MEMORY,
            new LongsOutput(), // nothing for a stream that is not there
            RedisLink.args().add("USAGE").add(names.backlog).add("SAMPLES").add(SIZE_SAMPLES))[0];
  }

  private RedisLink commands(Keys.Sack names) {
    return servers.at(names.slot).commands();
  }
}
