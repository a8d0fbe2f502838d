package orzo.redis;

import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The links to one server: one for appends, one for what needs an answer soon, two for reading
 * splits, whose large replies hold up nothing else; and one for each cache of splits.
 */
final class ServerLinks implements AutoCloseable {
  /** What a link is for. */
  enum Purpose {
    /** Appends, and waiting for replicas to have them. */
    APPENDS,
    /** All that is short. */
    COMMANDS,
    /** Reading splits. */
    FIRST_READS,
    /** Reading splits. */
    SECOND_READS,
    /** Reading splits that the server tells changes of; made only for those who ask for it. */
    WATCHED_READS
  }

  /** The purposes that every server has a link for. */
  static final List<Purpose> ALWAYS =
      List.of(Purpose.APPENDS, Purpose.COMMANDS, Purpose.FIRST_READS, Purpose.SECOND_READS);

  private final String place;
  private final List<RedisLink> all;
  private final Map<Purpose, RedisLink> links = new EnumMap<>(Purpose.class);
  private final RedisLink appends;
  private final RedisLink commands;
  private final RedisLink[] reads;
  private final AtomicInteger turn = new AtomicInteger();

  /** Takes over one link for each purpose of {@link #ALWAYS}. */
  ServerLinks(String place, Map<Purpose, RedisLink> links) {
    this.place = place;
    this.links.putAll(links);
    appends = get(Purpose.APPENDS);
    commands = get(Purpose.COMMANDS);
    reads = new RedisLink[] {get(Purpose.FIRST_READS), get(Purpose.SECOND_READS)};
    all = new CopyOnWriteArrayList<>(links.values());
    all.forEach(link -> link.belongsTo(this));
  }

  /** Takes over another link to the server, which shares the fate of the others. */
  void add(RedisLink link) {
    link.belongsTo(this);
    all.add(link);
  }

  /** Where the server is, for messages. */
  String place() {
    return place;
  }

  /** The link for appends. */
  RedisLink appends() {
    return appends;
  }

  /** The link for what is short. */
  RedisLink commands() {
    return commands;
  }

  /** A link for reading splits, another one each time. */
  RedisLink reads() {
    return reads[Math.floorMod(turn.getAndIncrement(), reads.length)];
  }

  /** The link of a purpose. */
  RedisLink get(Purpose purpose) {
    RedisLink link = links.get(purpose);
    if (link == null) {
      throw new IllegalArgumentException("no link for " + purpose);
    }
    return link;
  }

  /** Makes the scripts known to the server; blocks. */
  void loadScripts() {
    List<Request<List<byte @Nullable []>>> replies = new ArrayList<>();
    for (Script script : Script.values()) {
      replies.add(
          commands.send(
              RedisMeters.Call.OTHER,
              CommandType.SCRIPT,
              new BytesOutput(),
              RedisLink.args().add("LOAD").add(script.source())));
    }
    replies.forEach(commands::await);
  }

  /** See {@link RedisLink#dropIfSilent}. */
  void dropIfSilent(long nowNanos) {
    all.forEach(link -> link.dropIfSilent(nowNanos));
  }

  /**
   * Drops all links, which are then made anew: the server is a replica now, and a reconnect finds
   * the master. Reads too, since nothing tells them that what they see is old.
   */
  void dropDemoted(long nowNanos) {
    all.forEach(link -> link.dropDemoted(nowNanos));
  }

  @Override
  public void close() {
    all.forEach(RedisLink::close);
  }
}
