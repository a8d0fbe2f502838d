package orzo.carbon;

import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides which TCP connections of an event loop are read. None is while there is no room for
 * samples. While pickles that have arrived in part hold too much memory, no pickles are read but
 * the oldest of these, until it is complete. All methods are for the event loop only.
 */
final class ReadingGate {
  /** How long a pickle may take while others wait for it. */
  static final long PATIENCE_SECONDS = 10;

  private final EventExecutor loop;
  private final long partialLimitBytes;
  private final Set<CarbonConnection> connections = new LinkedHashSet<>();
  private final Map<CarbonConnection, Integer> partials = new LinkedHashMap<>(); // oldest first
  private long partialBytes;
  private boolean open = true;
  private @Nullable CarbonConnection alone; // the only one whose pickle is read
  private int turn; // changes with it

  ReadingGate(EventExecutor loop, long partialLimitBytes) {
    this.loop = loop;
    this.partialLimitBytes = partialLimitBytes;
  }

  /** Says whether there is room for samples. */
  void open(boolean open) {
    if (this.open != open) {
      this.open = open;
      update();
    }
  }

  /** Whether there is room for samples. */
  boolean isOpen() {
    return open;
  }

  /** Takes over a new connection. */
  void add(CarbonConnection connection) {
    connections.add(connection);
    connection.read(mayRead(connection));
  }

  /** Forgets a connection that has ended. */
  void remove(CarbonConnection connection) {
    connections.remove(connection);
    holds(connection, 0);
  }

  /** Says how many bytes of a pickle that has arrived in part a connection holds. */
  void holds(CarbonConnection connection, int bytes) {
    Integer before = bytes == 0 ? partials.remove(connection) : partials.put(connection, bytes);
    partialBytes += bytes - (before == null ? 0 : before);
    @Nullable CarbonConnection first = partialBytes <= partialLimitBytes ? null : oldest();
    if (!Objects.equals(first, alone)) {
      alone = first;
      turn++;
      update();
      expelLater(turn);
    }
  }

  private CarbonConnection oldest() {
    return partials.keySet().iterator().next();
  }

  /** Ends a connection that others have waited for too long. */
  private void expelLater(int ofTurn) {
    CarbonConnection slow = alone;
    if (slow == null) {
      return;
    }
    var _ =
        loop.schedule(
            () -> {
              if (turn == ofTurn && open) {
                slow.close();
              } else if (turn == ofTurn) {
                expelLater(ofTurn); // it could not go on
              }
            },
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
  }

  private boolean mayRead(CarbonConnection connection) {
    return open && (alone == null || alone.equals(connection) || !connection.sendsPickles());
  }

  private void update() {
    for (CarbonConnection connection : connections) {
      connection.read(mayRead(connection));
    }
  }
}
