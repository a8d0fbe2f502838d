package orzo.redis;

import static java.util.Objects.requireNonNull;
import static orzo.redis.RedisMeters.Call.FLUSH;
import static orzo.redis.RedisMeters.Call.READ_CHECKPOINT;
import static orzo.redis.RedisMeters.Call.READ_OPEN;
import static orzo.redis.RedisMeters.Call.READ_SPLITS;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orzo.split.RawSplit;
import orzo.storage.Checkpoint;
import orzo.storage.Flush;
import orzo.storage.FlushOutcome;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.OpenMarks;
import orzo.storage.OpenSpan;
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
  private final Servers servers;

  RedisSplitStore(SackKeys keys, Servers servers) {
    this.keys = keys;
    this.servers = servers;
  }

  @Override
  public List<StoredSplit> read(int sack, List<SplitKey> wanted) {
    Keys.Sack names = keys.of(sack);
    return read(names, wanted, () -> servers.at(names.slot).reads());
  }

  /**
   * Reads splits by several commands at once.
   *
   * @param links gives the link for each command
   */
  static List<StoredSplit> read(Keys.Sack names, List<SplitKey> wanted, Supplier<RedisLink> links) {
    List<StoredSplit> found = new ArrayList<>(wanted.size());
    Deque<Part> underWay = new ArrayDeque<>(READS_AHEAD);
    for (int from = 0; from < wanted.size(); from += KEYS_PER_READ) {
      if (underWay.size() == READS_AHEAD) {
        collect(underWay.remove(), found);
      }
      int to = Math.min(wanted.size(), from + KEYS_PER_READ);
      underWay.add(start(names, wanted.subList(from, to), links.get()));
    }
    while (!underWay.isEmpty()) {
      collect(underWay.remove(), found);
    }
    return found;
  }

  private static Part start(Keys.Sack names, List<SplitKey> some, RedisLink link) {
    Arguments args = RedisLink.args();
    for (SplitKey key : some) {
      args.add(names.split(key));
    }
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
  public FlushOutcome flush(Lease lease, Flush flush) {
    Keys.Sack names = keys.of(lease.sack());
    long outcome =
        servers
            .at(names.slot)
            .commands()
            .call(
                new RedisLink.ScriptCall<>(
                    FLUSH,
                    Script.FLUSH,
                    LongsOutput::new,
                    args -> addFlush(args, names, lease, flush)))[0];
    return switch ((int) outcome) {
      case 0 -> FlushOutcome.FLUSHED;
      case 1 -> FlushOutcome.LEASE_LOST;
      case 2 -> FlushOutcome.SPLIT_SHORT;
      case 3 -> FlushOutcome.OUTDATED;
      case 4 -> FlushOutcome.DELETIONS_UNHEARD;
      default -> throw new IllegalStateException("flush.lua returned " + outcome);
    };
  }

  private static Arguments addFlush(Arguments args, Keys.Sack names, Lease lease, Flush flush) {
    List<byte[]> spans = new ArrayList<>(flush.marks().size());
    args.add(7 + flush.marks().size() + flush.writes().size());
    args.add(names.lease).add(names.checkpoint);
    args.add(names.backlog).add(names.openSpans);
    args.add(names.deletions).add(names.written).add(names.writtenSpans);
    for (OpenMarks marks : flush.marks()) {
      byte[] span = Keys.span(marks.startMillis());
      spans.add(span);
      args.add(names.openSpan(span));
    }
    for (SplitWrite write : flush.writes()) {
      args.add(names.split(write.key()));
    }
    args.add(RedisLeaseStore.value(lease));
    args.add(Checkpoints.bytes(flush.expected())).add(flush.deletions());
    args.add(Checkpoints.bytes(flush.next()));
    args.add(StreamIds.bytes(StreamIds.next(flush.position())));
    args.add(flush.marks().size());
    for (int i = 0; i < spans.size(); i++) {
      OpenMarks marks = flush.marks().get(i);
      args.add(spans.get(i)).add(marks.startMillis() / RawSplit.SPAN_MILLIS);
      args.add(marks.opened().length).add(marks.closed().length);
      for (int series : marks.opened()) {
        args.add(series);
      }
      for (int series : marks.closed()) {
        args.add(series);
      }
    }
    for (SplitWrite write : flush.writes()) {
      args.add(write.offset()).add(write.ttlSeconds()).add(write.bytes());
    }
    return args;
  }

  @Override
  public Checkpoint checkpoint(int sack) {
    Keys.Sack names = keys.of(sack);
    byte[] stored =
        servers
            .at(names.slot)
            .commands()
            .call(
                READ_CHECKPOINT,
                CommandType.GET,
                new BytesOutput(),
                RedisLink.args().add(names.checkpoint))
            .getFirst();
    try {
      return stored == null ? Checkpoint.START : Checkpoints.parse(stored);
    } catch (GatewayException e) {
      throw new GatewayException(Kind.CORRUPT, "sack " + sack + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<OpenSpan> openSplits(int sack) {
    Keys.Sack names = keys.of(sack);
    List<byte @Nullable []> found =
        servers
            .at(names.slot)
            .commands()
            .call(
                new RedisLink.ScriptCall<>(
                    READ_OPEN,
                    Script.OPEN,
                    BytesOutput::new,
                    args -> args.add(1).add(names.openSpans).add(names.openSpan(new byte[0]))));
    List<byte[]> spans = new ArrayList<>(found.size() / 2);
    List<byte @Nullable []> bitmaps = new ArrayList<>(found.size() / 2);
    for (int i = 0; i + 1 < found.size(); i += 2) {
      spans.add(requireNonNull(found.get(i), "span"));
      bitmaps.add(found.get(i + 1));
    }
    return openSpans(spans, bitmaps);
  }

  @Override
  public long[] writtenSpans(int sack) {
    Keys.Sack names = keys.of(sack);
    List<byte @Nullable []> found =
        servers
            .at(names.slot)
            .reads()
            .call(
                READ_OPEN,
                CommandType.SMEMBERS,
                new BytesOutput(),
                RedisLink.args().add(names.writtenSpans));
    long[] starts = new long[found.size()];
    for (int i = 0; i < starts.length; i++) {
      String number = new String(requireNonNull(found.get(i), "span"), StandardCharsets.US_ASCII);
      starts[i] = Long.parseLong(number) * RawSplit.SPAN_MILLIS;
    }
    Arrays.sort(starts);
    return starts;
  }

  /** Makes the answer from the numbers of spans and the bitmap of each, none or empty if gone. */
  static List<OpenSpan> openSpans(List<byte[]> spans, List<byte @Nullable []> bitmaps) {
    List<OpenSpan> open = new ArrayList<>(spans.size());
    for (int i = 0; i < spans.size(); i++) {
      byte[] bitmap = bitmaps.get(i);
      if (bitmap != null && bitmap.length > 0) {
        open.add(new OpenSpan(Keys.spanStart(spans.get(i)), bits(bitmap)));
      }
    }
    open.sort(Comparator.comparingLong(OpenSpan::startMillis));
    return open;
  }

  /** Redis counts bits from the highest of each byte. */
  private static BitSet bits(byte[] bitmap) {
    byte[] reversed = new byte[bitmap.length];
    for (int i = 0; i < bitmap.length; i++) {
      reversed[i] = (byte) (Integer.reverse(bitmap[i]) >>> 24);
    }
    return BitSet.valueOf(reversed);
  }
}
