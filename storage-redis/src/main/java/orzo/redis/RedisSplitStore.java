package orzo.redis;

import static orzo.redis.RedisMeters.Call.FLUSH;
import static orzo.redis.RedisMeters.Call.READ_POSITION;
import static orzo.redis.RedisMeters.Call.READ_SPLITS;

import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import orzo.storage.BacklogPosition;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.SplitKey;
import orzo.storage.SplitStore;
import orzo.storage.SplitWrite;
import orzo.storage.StoredSplit;

/** Splits as strings. */
final class RedisSplitStore implements SplitStore {
  /** Splits asked for in one command: some 300 KB of reply, so that Redis serves others between. */
  private static final int KEYS_PER_READ = 128;

  /** Commands of one read under way at once: enough to hide the way to Redis and back. */
  private static final int READS_AHEAD = 4;

  private record Part(
      List<SplitKey> keys, RedisLink link, Request<List<byte @Nullable []>> reply) {}

  private final SackKeys keys;
  private final RedisLink commands;
  private final RedisLink[] reads;
  private final AtomicInteger turn = new AtomicInteger();

  RedisSplitStore(SackKeys keys, RedisLink commands, RedisLink... reads) {
    this.keys = keys;
    this.commands = commands;
    this.reads = reads;
  }

  @Override
  public List<StoredSplit> read(int sack, List<SplitKey> wanted) {
    Keys.Sack names = keys.of(sack);
    List<StoredSplit> found = new ArrayList<>(wanted.size());
    Deque<Part> underWay = new ArrayDeque<>(READS_AHEAD);
    for (int from = 0; from < wanted.size(); from += KEYS_PER_READ) {
      if (underWay.size() == READS_AHEAD) {
        collect(underWay.remove(), found);
      }
      int to = Math.min(wanted.size(), from + KEYS_PER_READ);
      underWay.add(start(names, wanted.subList(from, to)));
    }
    while (!underWay.isEmpty()) {
      collect(underWay.remove(), found);
    }
    return found;
  }

  private Part start(Keys.Sack names, List<SplitKey> some) {
    CommandArgs<byte[], byte[]> args = RedisLink.args();
    for (SplitKey key : some) {
      args.addKey(names.rawSplit(key));
    }
    RedisLink link = reads[Math.floorMod(turn.getAndIncrement(), reads.length)];
    return new Part(some, link, link.send(READ_SPLITS, CommandType.MGET, new BytesOutput(), args));
  }

  private static void collect(Part part, List<StoredSplit> found) {
    List<byte @Nullable []> values = part.link.await(part.reply);
    for (int i = 0; i < part.keys.size(); i++) {
      byte[] bytes = values.get(i);
      if (bytes != null) {
        found.add(new StoredSplit(part.keys.get(i), bytes));
      }
    }
  }

  @Override
  public FlushOutcome flush(Lease lease, List<SplitWrite> writes, BacklogPosition position) {
    Keys.Sack names = keys.of(lease.sack());
    long outcome =
        commands
            .call(
                new RedisLink.ScriptCall<>(
                    FLUSH,
                    Script.FLUSH,
                    LongsOutput::new,
                    args -> addFlush(args, names, lease, writes, position)))[0];
    return switch ((int) outcome) {
      case 0 -> FlushOutcome.FLUSHED;
      case 1 -> FlushOutcome.LEASE_LOST;
      case 2 -> FlushOutcome.SPLIT_SHORT;
      case 3 -> FlushOutcome.OUTDATED;
      default -> throw new IllegalStateException("flush.lua returned " + outcome);
    };
  }

  private static CommandArgs<byte[], byte[]> addFlush(
      CommandArgs<byte[], byte[]> args,
      Keys.Sack names,
      Lease lease,
      List<SplitWrite> writes,
      BacklogPosition position) {
    args.add(3 + writes.size());
    args.addKey(names.lease).addKey(names.position).addKey(names.backlog);
    for (SplitWrite write : writes) {
      args.addKey(names.rawSplit(write.key()));
    }
    args.add(RedisLeaseStore.value(lease));
    args.add(Long.toUnsignedString(position.major())).add(Long.toUnsignedString(position.minor()));
    args.add(StreamIds.bytes(StreamIds.next(position)));
    for (SplitWrite write : writes) {
      args.add(write.offset()).add(write.ttlSeconds()).add(write.bytes());
    }
    return args;
  }

  @Override
  public BacklogPosition position(int sack) {
    Keys.Sack names = keys.of(sack);
    byte[] stored =
        commands
            .call(
                READ_POSITION,
                CommandType.GET,
                new BytesOutput(),
                RedisLink.args().addKey(names.position))
            .getFirst();
    try {
      return stored == null ? BacklogPosition.START : StreamIds.parse(ByteBuffer.wrap(stored));
    } catch (GatewayException e) {
      throw new GatewayException(Kind.CORRUPT, "sack " + sack + ": " + e.getMessage(), e);
    }
  }
}
