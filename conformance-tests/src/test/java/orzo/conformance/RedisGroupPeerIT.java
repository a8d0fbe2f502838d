package orzo.conformance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three gateways on several Redis servers, whatever is killed while clients write to all. */
@Tag("peers")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class RedisGroupPeerIT {
  private static final long SEED = Long.getLong("orzo.fleet.seed", 1);

  @Test
  void cluster_gatewaysKilled_loseAndRepeatNothingAcknowledged() {
    try (RedisGroup redis = RedisGroup.cluster(Workspace.directory("RedisGroupPeerIT-cluster"));
        FleetScenario fleet =
            FleetScenario.start("RedisGroupPeerIT-cluster", redis.url(), 3, SEED, Map.of())) {
      fleet.startWriting();
      for (int kill = 0; kill < 3; kill++) {
        fleet.awaitProgress();
        fleet.awaitMoment(Duration.ofSeconds(1));
        fleet.killAndRestartOne();
      }
      fleet.stopWriting();
      fleet.verify(new AggregateCheck());
    }
  }

  @Test
  void sentinel_masterKilled_losesAndRepeatsNothingThatReplicasConfirmed() {
    Map<String, String> settings = Map.of("redis.wait-replicas", "1");
    try (RedisGroup redis = RedisGroup.sentinel(Workspace.directory("RedisGroupPeerIT-sentinel"));
        FleetScenario fleet =
            FleetScenario.start("RedisGroupPeerIT-sentinel", redis.url(), 3, SEED, settings)) {
      fleet.startWriting();
      fleet.awaitProgress();
      fleet.awaitMoment(Duration.ofSeconds(3));
      redis.failOver();
      fleet.awaitProgress();
      fleet.killAndRestartOne();
      fleet.awaitProgress();
      fleet.stopWriting();
      fleet.verify(new AggregateCheck());
    }
  }
}
