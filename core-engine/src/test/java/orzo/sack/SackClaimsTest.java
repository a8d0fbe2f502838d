package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import orzo.sack.SackClaims.Order;
import orzo.sack.SackClaims.Request;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;

class SackClaimsTest {
  private static final long TTL = SimulatedFleet.TTL;
  private static final int SACKS = 8;
  private static final int SEEDS = Integer.getInteger("orzo.claims.seeds", 300);
  private static final long FIRST_SEED = Long.getLong("orzo.claims.seed", 1);

  /** A scenario of one seed; returns how long what it is about took. */
  private interface Scenario {
    long run(SimulatedFleet fleet);
  }

  /** Runs a scenario with many seeds, names the one that fails, returns the longest duration. */
  private static long longest(Scenario scenario) {
    long longest = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      SimulatedFleet fleet = new SimulatedFleet(SACKS, seed);
      try {
        longest = Math.max(longest, scenario.run(fleet));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed "
                + seed
                + ", at "
                + fleet.now() / 1_000_000
                + " ms: "
                + e.getMessage()
                + "; again: -Dorzo.claims.seeds=1 -Dorzo.claims.seed="
                + seed,
            e);
      }
    }
    return longest;
  }

  /** Lets time pass until all sacks are where they belong; returns how long that took. */
  private static long settle(SimulatedFleet fleet, long atMostNanos) {
    long began = fleet.now();
    while (!fleet.isShared()) {
      if (fleet.now() - began > atMostNanos) {
        throw new AssertionError("not every sack is processed by the node whose share it is");
      }
      fleet.run(TimeUnit.MILLISECONDS.toNanos(5), fleet::assertNoTwoOwners);
    }
    return fleet.now() - began;
  }

  private static SimulatedFleet calm(SimulatedFleet fleet, String... names) {
    fleet.chaos = false;
    for (String name : names) {
      fleet.start(name);
      fleet.run(fleet.random.nextLong(TTL), fleet::assertNoTwoOwners);
    }
    settle(fleet, TTL);
    fleet.run(fleet.random.nextLong(TTL), fleet::assertNoTwoOwners);
    return fleet;
  }

  /** Through everything that can happen, no sack has two owners; afterwards each has its own. */
  @Test
  void claims_throughChaos_areNeverOfTwo_andInTheEndAsTheyShouldBe() {
    int[] flushes = new int[2];
    longest(fleet -> {
      Random random = fleet.random;
      int names = 2 + random.nextInt(4);
      for (int i = 0; i < names; i++) {
        fleet.start("node-" + i);
      }
      for (int step = 0; step < 25; step++) {
        fleet.run(random.nextLong(TTL), fleet::assertNoTwoOwners);
        disturb(fleet, fleet.nodes.get(random.nextInt(fleet.nodes.size())));
      }
      fleet.chaos = false;
      fleet.run(4 * TTL, fleet::assertNoTwoOwners); // the last of what is late, and of the pauses
      if (fleet.running().isEmpty()) {
        fleet.start("last");
      }
      long took = settle(fleet, 2 * TTL);
      fleet.run(2 * TTL, fleet::assertNoTwoOwners);
      if (!fleet.isShared()) {
        throw new AssertionError("shares do not stay where they are");
      }
      flushes[0] += fleet.storedFlushes;
      flushes[1] += fleet.refusedFlushes;
      return took;
    });
    assertThat(flushes[0]).as("flushes that were stored").isPositive();
    assertThat(flushes[1]).as("flushes of lost leases, refused").isPositive();
  }

  private static void disturb(SimulatedFleet fleet, SimulatedFleet.Node node) {
    switch (fleet.random.nextInt(6)) {
      case 0 -> node.pause(fleet.random.nextLong(2 * TTL));
      case 1, 2 -> {
        // An old process of that name may still be on its way out.
        node.kill();
        if (fleet.nodes.stream().noneMatch(n -> n.alive && n.name.equals(node.name))) {
          fleet.run(fleet.random.nextLong(2 * TTL), fleet::assertNoTwoOwners);
          fleet.start(node.name);
        }
      }
      case 3 -> {
        if (!node.leaving) {
          node.leave();
        }
      }
      case 4 -> fleet.start("more-" + fleet.nodes.size());
      default -> {} // another moment of peace
    }
  }

  @Test
  void kill_sacksAreTakenOverWithinTwiceTheTtl() {
    long longest =
        longest(fleet -> {
          calm(fleet, "a", "b", "c");
          fleet.nodes.get(fleet.random.nextInt(3)).kill();
          return settle(fleet, 2 * TTL);
        });
    report("takeover after a kill", longest);
    assertThat(longest).isLessThan(TTL + TTL / 2);
  }

  @Test
  void pauseLongerThanTheTtl_sacksAreTakenOver_andComeBack() {
    longest(fleet -> {
      calm(fleet, "a", "b");
      fleet.nodes.getFirst().pause(3 * TTL);
      fleet.run(2 * TTL, fleet::assertNoTwoOwners);
      for (int sack = 0; sack < SACKS; sack++) {
        if (!fleet.nodes.get(1).believes(sack)) {
          throw new AssertionError("sack " + sack + " is not taken over from the paused node");
        }
      }
      fleet.run(TTL, fleet::assertNoTwoOwners);
      return settle(fleet, TTL);
    });
  }

  @Test
  void cleanStop_sacksAreHandedOverWithoutWaitingForTheTtl() {
    long longest =
        longest(fleet -> {
          calm(fleet, "a", "b", "c");
          SimulatedFleet.Node leaving = fleet.nodes.get(fleet.random.nextInt(3));
          leaving.leave();
          long took = settle(fleet, TTL);
          fleet.run(TTL, fleet::assertNoTwoOwners);
          assertThat(leaving.gone).isTrue();
          return took;
        });
    report("hand-over at a clean stop", longest);
    assertThat(longest).isLessThan(TTL / 6);
  }

  @Test
  void join_sharesMoveWithoutWaitingForTheTtl() {
    long longest =
        longest(fleet -> {
          calm(fleet, "a", "b");
          fleet.start("c");
          return settle(fleet, TTL);
        });
    report("rebalancing when a node joins", longest);
    assertThat(longest).isLessThan(TTL / 5);
  }

  private static void report(String what, long nanos) {
    System.out.printf("%s: at most %d ms with a TTL of 3 s%n", what, nanos / 1_000_000);
  }

  @Test
  void lease_isCertainForLessThanItsTtl_fromBeforeItWasAskedFor() {
    long asked = 1_000;
    SackClaims claims = owner(asked);
    assertThat(claims.isCertain(0, asked + TTL * 9 / 10)).isTrue();
    assertThat(claims.isCertain(0, asked + TTL * 96 / 100)).isFalse();
  }

  @Test
  void renewal_withoutAnswer_isTriedAgainInTheNextRound_andProlongsNothing() {
    SackClaims claims = owner(0);
    Lease lease = new Lease(0, "a", 7);
    assertThat(claims.next(TTL / 4)).isEqualTo(new Request.Renew(List.of(lease)));
    GatewayException lost = new GatewayException(Kind.UNAVAILABLE, "lost");
    claims.renewed(TTL / 4, TTL / 2, List.of(lease), List.of(new LeaseAnswer.Unknown(lost)));
    assertThat(claims.next(TTL / 2 + TTL / 12)).isInstanceOf(Request.Renew.class);
    assertThat(claims.isCertain(0, TTL)).isFalse();
  }

  @Test
  void renewal_refused_abandonsAndAsksAnew() {
    SackClaims claims = owner(0);
    Lease lease = new Lease(0, "a", 7);
    List<Order> orders = claims.renewed(1, 2, List.of(lease), List.of(new LeaseAnswer.Refused()));
    assertThat(orders).containsExactly(new Order.Abandon(lease));
    assertThat(claims.isCertain(0, 2)).isFalse();
    assertThat(claims.next(3)).isEqualTo(new Request.Acquire(List.of(0)));
  }

  @Test
  void announcement_afterAnOutage_looksTwiceBeforeItTakesWhatIsOthers() {
    SackClaims claims = new SackClaims("a", 1, Duration.ofNanos(TTL), 0);
    assertThat(claims.next(0)).isEqualTo(new Request.Announce());
    String other = Rendezvous.node(0, List.of("a", "b")).equals("b") ? "b" : "c";
    claims.announced(0, 0, List.of("a", other));
    long later = 2 * TTL;
    assertThat(claims.next(later)).isEqualTo(new Request.Announce());
    claims.announced(later, later, List.of("a"));
    assertThat(claims.next(later)).isInstanceOf(Request.Rest.class);
    long round = later + TTL / 12;
    assertThat(claims.next(round)).isEqualTo(new Request.Announce());
    claims.announced(round, round, List.of("a"));
    assertThat(claims.next(round)).isEqualTo(new Request.Acquire(List.of(0)));
  }

  /** A node alone with the one sack there is. */
  private static SackClaims owner(long asked) {
    SackClaims claims = new SackClaims("a", 1, Duration.ofNanos(TTL), asked);
    assertThat(claims.next(asked)).isEqualTo(new Request.Announce());
    assertThat(claims.announced(asked, asked, List.of("a"))).isEmpty();
    assertThat(claims.next(asked)).isEqualTo(new Request.Acquire(List.of(0)));
    Lease lease = new Lease(0, "a", 7);
    List<Order> orders =
        claims.acquired(
            asked, asked + TTL / 10, List.of(0), List.of(new LeaseAnswer.Granted(lease)));
    assertThat(orders).containsExactly(new Order.Start(lease));
    return claims;
  }
}
