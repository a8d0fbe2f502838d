package orzo.redis;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How to reach Redis and where in it the gateway's keys stand.
 *
 * @param url {@code redis://[[user]:password@]host[:port][/database]}, {@code rediss://…} for TLS,
 *     {@code unix://[[user]:password@]/path/of/socket}, {@code
 *     redis-sentinel://[[user]:password@]host1[:port1][,host2[:port2]][/database]#master}, or
 *     {@code redis-cluster://[[user]:password@]host1[:port1][,host2[:port2]]}; README.md says more
 * @param namespace prefix of every key: 1 to 64 of {@code a-z A-Z 0-9 . _ -}
 * @param sacks the number of sacks; empty to take the number that Redis holds, or {@link
 *     #DEFAULT_SACKS} in an empty namespace
 * @param connectTimeout how long to wait for a connection
 * @param commandTimeout how long a command may go unanswered before its connection counts as dead
 * @param pendingAppendLimitBytes how many bytes of backlog entries may wait for Redis's
 *     acknowledgement; more are refused
 * @param waitReplicas how many replicas must have an append before it counts as accepted
 * @param waitTimeout how long replicas may take for that; less than {@code commandTimeout}, since
 *     nothing else is answered meanwhile
 */
public record RedisConfig(
    String url,
    String namespace,
    OptionalInt sacks,
    Duration connectTimeout,
    Duration commandTimeout,
    long pendingAppendLimitBytes,
    int waitReplicas,
    Duration waitTimeout) {
  /** The number of sacks of a namespace that nobody configured. */
  public static final int DEFAULT_SACKS = 16;

  /** More sacks than that only cost. */
  public static final int MAX_SACKS = 4_096;

  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /**
   * Creates a configuration.
   *
   * @throws IllegalArgumentException for a value that is not allowed
   */
  public RedisConfig {
    requireNonNull(url, "url");
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "namespace: '" + namespace + "' (expected: 1 to 64 of a-z A-Z 0-9 . _ -)");
    }
    if (sacks.isPresent() && (sacks.getAsInt() < 1 || sacks.getAsInt() > MAX_SACKS)) {
      throw new IllegalArgumentException(
          "sacks: " + sacks.getAsInt() + " (expected: 1 to " + MAX_SACKS + ")");
    }
    requirePositive("connectTimeout", connectTimeout);
    requirePositive("commandTimeout", commandTimeout);
    if (pendingAppendLimitBytes < 1) {
      throw new IllegalArgumentException(
          "pendingAppendLimitBytes: " + pendingAppendLimitBytes + " (expected: >= 1)");
    }
    if (waitReplicas < 0) {
      throw new IllegalArgumentException("waitReplicas: " + waitReplicas + " (expected: >= 0)");
    }
    requirePositive("waitTimeout", waitTimeout);
    // A connection that waits must not count as dead.
    if (waitReplicas > 0 && waitTimeout.compareTo(commandTimeout) >= 0) {
      throw new IllegalArgumentException(
          "waitTimeout: " + waitTimeout + " (expected: < commandTimeout, " + commandTimeout + ")");
    }
  }

  /**
   * The defaults for a server: namespace {@code orzo}, its number of sacks, seconds to wait, no
   * waiting for replicas.
   */
  public static RedisConfig of(String url) {
    return new RedisConfig(
        url,
        "orzo",
        OptionalInt.empty(),
        Duration.ofSeconds(3),
        Duration.ofSeconds(5),
        64L << 20,
        0,
        Duration.ofSeconds(1));
  }

  /** This configuration with another namespace. */
  public RedisConfig withNamespace(String other) {
    return new RedisConfig(
        url,
        other,
        sacks,
        connectTimeout,
        commandTimeout,
        pendingAppendLimitBytes,
        waitReplicas,
        waitTimeout);
  }

  /** This configuration with a stated number of sacks. */
  public RedisConfig withSacks(int stated) {
    return new RedisConfig(
        url,
        namespace,
        OptionalInt.of(stated),
        connectTimeout,
        commandTimeout,
        pendingAppendLimitBytes,
        waitReplicas,
        waitTimeout);
  }

  /** This configuration with other timeouts. */
  public RedisConfig withTimeouts(Duration connect, Duration command) {
    return new RedisConfig(
        url,
        namespace,
        sacks,
        connect,
        command,
        pendingAppendLimitBytes,
        waitReplicas,
        waitTimeout);
  }

  /** This configuration with another bound of unacknowledged backlog entries. */
  public RedisConfig withPendingAppendLimitBytes(long limitBytes) {
    return new RedisConfig(
        url,
        namespace,
        sacks,
        connectTimeout,
        commandTimeout,
        limitBytes,
        waitReplicas,
        waitTimeout);
  }

  /** This configuration with appends that count as accepted once replicas have them. */
  public RedisConfig withWaitReplicas(int replicas, Duration timeout) {
    return new RedisConfig(
        url,
        namespace,
        sacks,
        connectTimeout,
        commandTimeout,
        pendingAppendLimitBytes,
        replicas,
        timeout);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: > 0)");
    }
  }

  /** Without the URL's password. */
  @Override
  public String toString() {
    return "RedisConfig[url=" + RedisUrl.masked(url) + ", namespace=" + namespace + "]";
  }
}
