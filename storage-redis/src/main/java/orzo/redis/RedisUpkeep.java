package orzo.redis;

import static orzo.redis.RedisMeters.Call.UPKEEP;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.SplitKey;
import orzo.storage.Upkeep;

/**
 * Upkeep by SCAN over the keys of one server after the other, whoever they belong to.
 *
 * <p>SCAN promises to show what is there all the while, as long as one and the same process answers
 * and keys do not move between servers. A scan fails when a server was restarted or replaced
 * meanwhile; nothing is retired of a sack that has moved.
 */
final class RedisUpkeep implements Upkeep {
  /** Keys that one SCAN looks at: some 200 microseconds of Redis's time. */
  private static final int KEYS_PER_SCAN = 1_000;

  private static final int KEYS_PER_REMOVAL = 500;

  private static final Pattern RUN = Pattern.compile("(?m)^run_id:([0-9a-f]+)");

  /**
   * A place in a scan.
   *
   * @param server where the server is whose keys come next
   * @param run which of its processes was asked first
   */
  private record Cursor(String server, String run, String position) {
    static Cursor parse(String text) {
      String[] parts = text.split(" ", 3);
      if (parts.length != 3) {
        throw new IllegalArgumentException("from: '" + text + "' (expected: what a page said)");
      }
      return new Cursor(parts[2], parts[0], parts[1]);
    }

    @Override
    public String toString() {
      return run + " " + position + " " + server;
    }
  }

  private final Keys namespace;
  private final SackKeys keys;
  private final RedisCatalog catalog;
  private final Servers servers;
  private final AtomicReferenceArray<@Nullable ServerLinks> begun; // by sack: where it was then

  RedisUpkeep(Keys namespace, SackKeys keys, RedisCatalog catalog, Servers servers) {
    this.namespace = namespace;
    this.keys = keys;
    this.catalog = catalog;
    this.servers = servers;
    this.begun = new AtomicReferenceArray<>(keys.count());
  }

  private RedisLink link(Keys.Sack names) {
    return servers.at(names.slot).commands();
  }

  @Override
  public long begin(int sack) {
    Keys.Sack names = keys.of(sack);
    long number =
        link(names)
            .call(
                new RedisLink.ScriptCall<>(
                    UPKEEP,
                    Script.SWEEP,
                    LongsOutput::new,
                    args -> args.add(2).add(names.sweep).add(names.written)))[0];
    begun.set(sack, servers.at(names.slot)); // after the call, which corrects what is known
    return number;
  }

  @Override
  public Page scan(String from) {
    Cursor cursor = from.equals(START) ? first("") : Cursor.parse(from);
    ServerLinks server = server(cursor.server());
    List<byte @Nullable []> reply =
        server
            .commands()
            .call(
                UPKEEP,
                CommandType.SCAN,
                new BytesOutput(),
                RedisLink.args()
                    .add(cursor.position())
                    .add("MATCH")
                    .add(namespace.splitPattern())
                    .add("COUNT")
                    .add(KEYS_PER_SCAN));
    List<FoundSplit> found = new ArrayList<>(reply.size());
    for (byte[] name : reply.subList(1, reply.size())) {
      FoundSplit split = name == null ? null : namespace.split(name, keys.count());
      if (split != null) {
        found.add(split);
      }
    }
    return new Page(found, KEYS_PER_SCAN, next(cursor, server, position(reply.getFirst())));
  }

  private String next(Cursor cursor, ServerLinks server, String position) {
    if (!position.equals("0")) {
      return new Cursor(cursor.server(), cursor.run(), position).toString();
    }
    if (!run(server).equals(cursor.run())) {
      throw new GatewayException(
          Kind.UNAVAILABLE,
          "Redis at " + server.place() + " was restarted or replaced while its keys were scanned");
    }
    boolean isLast =
        servers.all().stream().noneMatch(other -> other.place().compareTo(server.place()) > 0);
    return isLast ? START : first(server.place()).toString();
  }

  /** Where the keys begin of the server that comes after another, in the order of places. */
  private Cursor first(String after) {
    ServerLinks server =
        servers.all().stream()
            .filter(one -> one.place().compareTo(after) > 0)
            .min(Comparator.comparing(ServerLinks::place))
            .orElseThrow(() -> gone("after " + after));
    return new Cursor(server.place(), run(server), "0");
  }

  private ServerLinks server(String place) {
    return servers.all().stream()
        .filter(one -> one.place().equals(place))
        .findFirst()
        .orElseThrow(() -> gone("at " + place));
  }

  private static GatewayException gone(String where) {
    return new GatewayException(
        Kind.UNAVAILABLE, "no Redis " + where + " any more, where keys were being scanned");
  }

  private static String run(ServerLinks server) {
    byte[] info =
        server
            .commands()
            .call(UPKEEP, CommandType.INFO, new BytesOutput(), RedisLink.args().add("server"))
            .getFirst();
    Matcher run = RUN.matcher(info == null ? "" : new String(info, StandardCharsets.UTF_8));
    if (!run.find()) {
      throw new GatewayException(
          Kind.CORRUPT, "Redis at " + server.place() + " tells no run_id (expected: one in INFO)");
    }
    return run.group(1);
  }

  private static String position(byte @Nullable [] cursor) {
    String position = cursor == null ? "" : new String(cursor, StandardCharsets.US_ASCII);
    if (!position.matches("[0-9]{1,20}")) {
      throw new GatewayException(
          Kind.CORRUPT, "SCAN returned the cursor '" + position + "' (expected: a number)");
    }
    return position;
  }

  @Override
  public int remove(int sack, List<SplitKey> splits) {
    Keys.Sack names = keys.of(sack);
    int removed = 0;
    for (int from = 0; from < splits.size(); from += KEYS_PER_REMOVAL) {
      Arguments args = RedisLink.args();
      for (SplitKey key : splits.subList(from, Math.min(splits.size(), from + KEYS_PER_REMOVAL))) {
        args.add(names.split(key));
      }
      removed += (int) link(names).call(UPKEEP, CommandType.UNLINK, new LongsOutput(), args)[0];
    }
    return removed;
  }

  @Override
  public int retire(int sack, long sweep, int[] series) {
    Keys.Sack names = keys.of(sack);
    link(names)
        .call(UPKEEP, CommandType.EXISTS, new LongsOutput(), RedisLink.args().add(names.sweep));
    boolean hasMoved =
        servers.at(names.slot) != begun.get(sack); // the call corrected what is known
    return hasMoved ? 0 : catalog.delete(sack, Long.toString(sweep), series);
  }

  @Override
  public void forget(int sack, long upTo) {
    catalog.forget(sack, upTo);
  }
}
