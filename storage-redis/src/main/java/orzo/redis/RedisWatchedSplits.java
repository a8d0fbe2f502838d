package orzo.redis;

import static java.util.Objects.requireNonNull;
import static orzo.redis.RedisMeters.Call.READ_OPEN;

import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;
import orzo.storage.StoredSplit;
import orzo.storage.WatchedSplits;

/** Reads over a link on which Redis tells of changes, all of a sack over the same. */
final class RedisWatchedSplits implements WatchedSplits {
  private final SackKeys keys;
  private final RedisWatch watch;
  private volatile @Nullable Listener listener;

  RedisWatchedSplits(SackKeys keys, RedisLink link) {
    this.keys = keys;
    watch = RedisWatch.start(link, new AtomicLong(UNWATCHED), this::changed);
  }

  @Override
  public void listen(Listener who) {
    listener = requireNonNull(who, "who");
  }

  private void changed(byte @Nullable [] name) {
    Listener hearing = listener;
    if (hearing == null) {
      return;
    }
    if (name == null) {
      hearing.allChanged();
    } else {
      keys.changed(name, hearing);
    }
  }

  @Override
  public long watch(int sack) {
    return watch.number();
  }

  @Override
  public List<StoredSplit> read(int sack, List<SplitKey> wanted) {
    long sent = System.nanoTime();
    List<StoredSplit> found = RedisSplitStore.read(keys.of(sack), wanted, watch::link);
    watch.heard(sent);
    return found;
  }

  /**
   * Not by the script, since Redis 6.2 watches only what a script declares. Between the two
   * commands spans may open and close: what is missing from the answer was not open when the first
   * was carried out, and whoever asked reads splits after that.
   */
  @Override
  public List<OpenSpan> openSplits(int sack) {
    Keys.Sack names = keys.of(sack);
    long sent = System.nanoTime();
    List<byte[]> spans = new ArrayList<>();
    Arguments bitmaps = RedisLink.args();
    for (byte[] span :
        watch
            .link()
            .call(
                READ_OPEN,
                CommandType.SMEMBERS,
                new BytesOutput(),
                RedisLink.args().add(names.openSpans))) {
      spans.add(requireNonNull(span, "span"));
      bitmaps.add(names.openSpan(span));
    }
    List<byte @Nullable []> found =
        spans.isEmpty()
            ? List.of()
            : watch.link().call(READ_OPEN, CommandType.MGET, new BytesOutput(), bitmaps);
    watch.heard(sent);
    return RedisSplitStore.openSpans(spans, found);
  }
}
