package orzo.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orzo.redis.embedded.EmbeddedRedis.Source;

/** Redis servers that a test started. */
interface ServersUnderTest extends AutoCloseable {
  /** For tests that kill no node of a cluster: a slow machine must not look like a dead one. */
  Duration PATIENCE = Duration.ofSeconds(15);

  /** The ways to run Redis. */
  enum Setup {
    /** One server of the carried version. */
    CARRIED,
    /** One server of the system's version. */
    SYSTEM,
    /** Three masters. */
    CLUSTER,
    /** A master and a replica, watched by three Sentinels. */
    SENTINEL;

    /** Starts it. */
    ServersUnderTest start() throws IOException {
      return switch (this) {
        case CARRIED -> new RedisUnderTest(Source.CARRIED);
        case SYSTEM -> new RedisUnderTest(Source.SYSTEM);
        case CLUSTER -> new ClusterUnderTest(RedisUnderTest.sources().getLast(), PATIENCE);
        case SENTINEL -> new SentinelUnderTest(RedisUnderTest.sources().getLast());
      };
    }

    /** Those that this machine can run: the system's version only where there is one. */
    static List<Setup> possible() {
      List<Setup> setups = new ArrayList<>(List.of(CARRIED, CLUSTER, SENTINEL));
      if (RedisUnderTest.sources().contains(Source.SYSTEM)) {
        setups.add(SYSTEM);
      }
      return setups;
    }
  }

  /** A configuration of a namespace that nobody used. */
  RedisConfig emptyNamespace();

  @Override
  void close();
}
