package orzo.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * The masters of a Redis Cluster. Which of them has a slot is known from three sources: Lettuce,
 * which asks the nodes now and then, and at once after a request failed; and {@code MOVED}, which
 * is believed at once.
 *
 * <p>Every master has links of its own, so that each keeps the order of its commands, and fails and
 * recovers by itself. A request waits for no refresh: until the new master is known it fails.
 */
final class Cluster implements Servers, LinkListener {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);

  private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(10);

  /** The shortest time between two refreshes: requests may fail by the thousand. */
  private static final Duration REFRESH_PAUSE = Duration.ofMillis(250);

  private final RedisClusterClient topology;
  private final LinkFactory links;
  private final String place;
  private final AtomicReferenceArray<@Nullable ServerLinks> slots =
      new AtomicReferenceArray<>(SlotHash.SLOT_COUNT);
  private volatile Map<String, ServerLinks> masters = Map.of(); // by HOST:PORT
  private final Thread refresher;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean stopping; // written under lock
  private volatile boolean doubtful; // written under lock

  private Cluster(RedisClusterClient topology, LinkFactory links, String place) {
    this.topology = topology;
    this.links = links;
    this.place = place;
    refresher = Thread.ofVirtual().name("orzo-redis-cluster").unstarted(this::refreshUntilClosed);
  }

  /**
   * Asks the first of {@code seeds} that answers for all nodes, and connects to the masters;
   * blocks.
   *
   * @param topology to ask by; not closed here
   * @throws GatewayException {@link Kind#UNAVAILABLE} when a slot has no master that answers
   */
  static Cluster connect(RedisClusterClient topology, LinkFactory links, List<RedisURI> seeds) {
    String place = String.join(",", seeds.stream().map(RedisUrl::place).toList());
    Cluster cluster = new Cluster(topology, links, place);
    try {
      cluster.refresh();
      cluster.requireAllSlots();
    } catch (RuntimeException e) {
      cluster.masters.values().forEach(ServerLinks::close);
      throw e;
    }
    cluster.refresher.start();
    return cluster;
  }

  @Override
  public ServerLinks at(int slot) {
    ServerLinks master = slots.get(slot);
    if (master == null) {
      throw new IllegalStateException("slot " + slot + " has no master");
    }
    return master;
  }

  @Override
  public Collection<ServerLinks> all() {
    return masters.values();
  }

  @Override
  public Optional<RedisLink> openWatched() {
    return Optional.empty(); // a slot may move, and its news with it
  }

  @Override
  public @Nullable ServerLinks redirected(Redirection redirection) {
    ServerLinks target = masters.get(redirection.host() + ":" + redirection.port());
    if (target != null && !redirection.once()) {
      slots.set(redirection.slot(), target);
    }
    if (target == null) {
      doubtful();
    }
    return target;
  }

  @Override
  public void doubtful() {
    if (doubtful) {
      return; // a refresh is due already
    }
    lock.lock();
    try {
      doubtful = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void refreshUntilClosed() {
    boolean failing = false;
    while (awaitRefresh()) {
      try {
        refresh();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing && !stopping) {
          log.warn("{}; trying again", e.getMessage());
        }
        failing = true;
        doubtful();
      }
    }
  }

  /** Waits until a refresh is due; returns false when closed. */
  private boolean awaitRefresh() {
    long began = System.nanoTime();
    lock.lock();
    try {
      while (!stopping) {
        long left =
            (doubtful ? REFRESH_PAUSE : REFRESH_INTERVAL).toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          doubtful = false;
          return true;
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // only close does that
    } finally {
      lock.unlock();
    }
    return false;
  }

  private void refresh() {
    try {
      topology.refreshPartitions();
    } catch (RuntimeException e) {
      throw new GatewayException(
          Kind.UNAVAILABLE,
          "Redis Cluster at " + place + ": no node tells where slots are: " + rootMessage(e),
          e);
    }
    Map<String, ServerLinks> before = masters;
    Map<String, ServerLinks> after = new LinkedHashMap<>();
    Map<RedisClusterNode, ServerLinks> holders = new LinkedHashMap<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (RedisClusterNode node : topology.getPartitions()) {
      if (node.is(NodeFlag.UPSTREAM) && !node.getSlots().isEmpty()) {
        String address = RedisUrl.place(node.getUri());
        try {
          ServerLinks known = before.get(address);
          ServerLinks server = known == null ? links.open(node.getUri(), this) : known;
          after.put(address, server);
          holders.put(node, server);
        } catch (GatewayException e) {
          failures.add(e);
        }
      }
    }
    masters = after;
    holders.forEach((node, server) -> node.forEachSlot(slot -> slots.set(slot, server)));
    closeUnused(before);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /** Closes the links to servers that hold no slot any more; what is under way there fails. */
  private void closeUnused(Map<String, ServerLinks> before) {
    Map<String, ServerLinks> kept = new LinkedHashMap<>(masters);
    for (int slot = 0; slot < slots.length(); slot++) {
      ServerLinks server = slots.get(slot);
      if (server != null) {
        kept.putIfAbsent(server.place(), server); // its successor could not be reached yet
      }
    }
    masters = kept;
    before.forEach((address, server) -> {
      if (!kept.containsKey(address)) {
        log.info("Redis at {} is no master of the cluster any more", address);
        server.close();
      }
    });
  }

  private void requireAllSlots() {
    for (int slot = 0; slot < slots.length(); slot++) {
      if (slots.get(slot) == null) {
        throw new GatewayException(
            Kind.UNAVAILABLE, "Redis Cluster at " + place + ": slot " + slot + " has no master");
      }
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    refresher.interrupt();
    try {
      refresher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    masters.values().forEach(ServerLinks::close);
  }
}
