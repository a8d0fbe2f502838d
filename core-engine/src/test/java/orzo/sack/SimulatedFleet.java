package orzo.sack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;
import orzo.storage.LeaseStore;

/**
 * Nodes and a store in simulated time, one event after the other: everything between them takes
 * time at random, and gets lost at random while {@link #chaos} is on. The store's clock is the true
 * one; each node's monotonic clock has an origin of its own and runs up to a hundredth faster or
 * slower.
 */
final class SimulatedFleet {
  static final long TTL = Duration.ofSeconds(3).toNanos();
  private static final long PATIENCE = LeaseStore.patience(Duration.ofNanos(TTL)).toNanos();
  private static final long MILLI = 1_000_000;

  private record Event(long atNanos, long order, Runnable run) {}

  private record Held(Lease lease, long untilNanos) {}

  final int sacks;
  final Random random;
  final List<Node> nodes = new ArrayList<>();
  boolean chaos = true;
  int refusedFlushes;
  int storedFlushes;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private final @Nullable Held[] held;
  private final long[] epochs;
  private final long[] flushedEpochs;
  private final TreeMap<String, Long> live = new TreeMap<>();
  private long now;
  private long order;

  SimulatedFleet(int sacks, long seed) {
    this.sacks = sacks;
    random = new Random(seed);
    held = new Held[sacks];
    epochs = new long[sacks];
    flushedEpochs = new long[sacks];
  }

  long now() {
    return now;
  }

  private void after(long nanos, Runnable run) {
    events.add(new Event(now + nanos, order++, run));
  }

  /** Lets that much time pass; {@code inspect} runs after every event. */
  void run(long nanos, Runnable inspect) {
    long end = now + nanos;
    while (true) {
      Event next = events.peek();
      if (next == null || next.atNanos > end) {
        now = end;
        return;
      }
      events.remove();
      now = next.atNanos;
      next.run.run();
      inspect.run();
    }
  }

  /** Starts a node, also one of a name that was there before. */
  Node start(String name) {
    Node node = new Node(name);
    nodes.add(node);
    node.step();
    return node;
  }

  /** The names of the nodes that run and have not left. */
  List<String> running() {
    return nodes.stream().filter(n -> n.alive && !n.leaving).map(n -> n.name).sorted().toList();
  }

  @Nullable Lease current(int sack) {
    Held one = held[sack];
    return one == null || one.untilNanos <= now ? null : one.lease;
  }

  private List<LeaseAnswer> acquire(List<Integer> wanted, String node) {
    List<LeaseAnswer> answers = new ArrayList<>();
    for (int sack : wanted) {
      Lease current = current(sack);
      if (current != null && !current.node().equals(node)) {
        answers.add(new LeaseAnswer.Refused());
      } else {
        Lease lease = new Lease(sack, node, ++epochs[sack]);
        held[sack] = new Held(lease, now + TTL);
        answers.add(new LeaseAnswer.Granted(lease));
      }
    }
    return answers;
  }

  private List<LeaseAnswer> renew(List<Lease> leases) {
    List<LeaseAnswer> answers = new ArrayList<>();
    for (Lease lease : leases) {
      if (lease.equals(current(lease.sack()))) {
        held[lease.sack()] = new Held(lease, now + TTL);
        answers.add(new LeaseAnswer.Granted(lease));
      } else {
        answers.add(new LeaseAnswer.Refused());
      }
    }
    return answers;
  }

  private boolean flush(Lease lease) {
    boolean stored = lease.equals(current(lease.sack()));
    if (stored) {
      if (lease.epoch() < flushedEpochs[lease.sack()]) {
        throw new AssertionError(lease + " flushed after epoch " + flushedEpochs[lease.sack()]);
      }
      flushedEpochs[lease.sack()] = lease.epoch();
      storedFlushes++;
    } else {
      refusedFlushes++;
    }
    return stored;
  }

  private List<String> announce(String node) {
    live.put(node, now + TTL);
    live.values().removeIf(until -> until <= now);
    return List.copyOf(live.keySet());
  }

  /** How long a message takes; in chaos at times longer than anybody waits. */
  private long delay() {
    if (!chaos) {
      return random.nextLong(5 * MILLI);
    }
    return switch (random.nextInt(40)) {
      case 0 -> random.nextLong(2 * TTL);
      case 1, 2 -> random.nextLong(PATIENCE);
      default -> random.nextLong(20 * MILLI);
    };
  }

  private boolean lost() {
    return chaos && random.nextInt(50) == 0;
  }

  /** A process: drives {@link SackClaims} as {@link SackOwnership} does. */
  final class Node {
    final String name;
    private final SackClaims claims;
    private final long origin = random.nextLong();
    private final double rate = 1 + (random.nextDouble() - 0.5) / 50;
    private final Map<Integer, Lease> processing = new HashMap<>();
    private final Set<Lease> stopping = new HashSet<>();
    private long pausedUntil;
    private long rests; // one that was cut short does nothing when it ends
    private boolean resting;
    boolean alive = true;
    boolean leaving;
    boolean gone;

    Node(String name) {
      this.name = name;
      claims = new SackClaims(name, sacks, Duration.ofNanos(TTL), clock());
    }

    /** What the node believes now about a sack. */
    boolean believes(int sack) {
      return alive && claims.isCertain(sack, clock()) && processing.containsKey(sack);
    }

    @Nullable Lease lease(int sack) {
      return processing.get(sack);
    }

    void kill() {
      alive = false;
    }

    /** SIGSTOP for some time: nothing happens, while the clock goes on. */
    void pause(long nanos) {
      pausedUntil = Math.max(pausedUntil, now + nanos);
    }

    void leave() {
      leaving = true;
      later(
          0,
          () -> {
            perform(claims.leave());
            wake();
          });
    }

    private void wake() {
      if (resting) {
        step();
      }
    }

    private long clock() {
      return origin + (long) (now * rate);
    }

    /** Does something later, when the node is awake then, or as soon as it is. */
    private void later(long nanos, Runnable run) {
      after(
          nanos,
          () -> {
            if (!alive) {
              return;
            }
            if (now < pausedUntil) {
              later(pausedUntil - now, run);
            } else {
              run.run();
            }
          });
    }

    private void step() {
      resting = false;
      long asked = clock();
      switch (claims.next(asked)) {
        case SackClaims.Request.Renew(List<Lease> leases) ->
            ask(
                () -> renew(leases),
                answers -> claims.renewed(asked, clock(), leases, answers),
                () -> claims.renewed(asked, clock(), leases, unknown(leases.size())));
        case SackClaims.Request.Acquire(List<Integer> some) ->
            ask(
                () -> acquire(some, name),
                answers -> claims.acquired(asked, clock(), some, answers),
                () -> claims.acquired(asked, clock(), some, unknown(some.size())));
        case SackClaims.Request.Announce() ->
            ask(() -> announce(name), answer -> claims.announced(asked, clock(), answer), List::of);
        case SackClaims.Request.Withdraw() ->
            ask(() -> live.remove(name) == null, _ -> List.of(), List::of);
        case SackClaims.Request.Rest(long nanos) -> {
          if (nanos <= 0) {
            throw new AssertionError(name + " rests for " + nanos + " ns");
          }
          resting = true;
          long mine = ++rests;
          later(
              nanos,
              () -> {
                if (rests == mine) {
                  wake();
                }
              });
        }
        case SackClaims.Request.End() -> gone = true;
      }
    }

    /** One blocking call; the loop goes on when it was answered or has waited long enough. */
    private <T> void ask(
        Supplier<T> store,
        Function<T, List<SackClaims.Order>> answered,
        Supplier<List<SackClaims.Order>> unanswered) {
      boolean[] over = new boolean[1];
      Consumer<List<SackClaims.Order>> goOn =
          orders -> {
            over[0] = true;
            perform(orders);
            step();
          };
      if (!lost()) {
        after(
            delay(),
            () -> {
              T answer = store.get(); // carried out also when the node is dead by now
              if (!lost()) {
                later(
                    delay(),
                    () -> {
                      if (!over[0]) {
                        goOn.accept(answered.apply(answer));
                      }
                    });
              }
            });
      }
      later(
          PATIENCE,
          () -> {
            if (!over[0]) {
              goOn.accept(unanswered.get());
            }
          });
    }

    private List<LeaseAnswer> unknown(int count) {
      LeaseAnswer one = new LeaseAnswer.Unknown(new GatewayException(Kind.UNAVAILABLE, "lost"));
      return Collections.nCopies(count, one);
    }

    private void perform(List<SackClaims.Order> orders) {
      for (SackClaims.Order order : orders) {
        Lease lease = order.lease();
        switch (order) {
          case SackClaims.Order.Start(_) -> {
            Lease before = processing.put(lease.sack(), lease);
            if (before != null) {
              throw new AssertionError(name + " starts " + lease + " beside " + before);
            }
            process(lease);
          }
          case SackClaims.Order.Stop(_) -> {
            stopping.add(lease);
            after(delay(), () -> flush(lease));
            later(
                delay() + 5 * MILLI,
                () -> {
                  processing.remove(lease.sack(), lease);
                  release(lease);
                  claims.ended(lease, clock());
                  wake();
                });
          }
          case SackClaims.Order.Abandon(_) -> processing.remove(lease.sack(), lease);
          case SackClaims.Order.Release(_) -> release(lease);
        }
      }
    }

    private void release(Lease lease) {
      if (!lost()) {
        after(
            delay(),
            () -> {
              if (lease.equals(current(lease.sack()))) {
                held[lease.sack()] = null;
              }
            });
      }
    }

    /** Flushes again and again while it processes; one that is refused ends it. */
    private void process(Lease lease) {
      later(
          random.nextLong(500 * MILLI),
          () -> {
            if (!lease.equals(processing.get(lease.sack())) || stopping.contains(lease)) {
              return;
            }
            after(
                delay(),
                () -> {
                  boolean stored = flush(lease);
                  later(
                      delay(),
                      () -> {
                        if (stored) {
                          process(lease);
                        } else {
                          claims.lost(lease, clock());
                          processing.remove(lease.sack(), lease);
                        }
                      });
                });
          });
    }
  }

  /** Fails unless at most one node believes to own each sack, and the store agrees. */
  void assertNoTwoOwners() {
    for (int sack = 0; sack < sacks; sack++) {
      Node owner = null;
      for (Node node : nodes) {
        if (node.believes(sack)) {
          if (owner != null) {
            throw new AssertionError(
                "sack " + sack + ": both " + owner.lease(sack) + " and " + node.lease(sack));
          }
          owner = node;
          // Of the same node, not the same lease: an old request of it may come late.
          Lease current = current(sack);
          if (current == null || !current.node().equals(node.name)) {
            throw new AssertionError(
                "sack " + sack + ": " + node.lease(sack) + ", but in the store: " + current);
          }
        }
      }
    }
  }

  /** Whether each sack is processed by the node whose share it is. */
  boolean isShared() {
    List<String> running = running();
    for (int sack = 0; sack < sacks; sack++) {
      String due = Rendezvous.node(sack, running);
      int one = sack;
      if (nodes.stream().noneMatch(node -> node.name.equals(due) && node.believes(one))) {
        return false;
      }
    }
    return true;
  }
}
