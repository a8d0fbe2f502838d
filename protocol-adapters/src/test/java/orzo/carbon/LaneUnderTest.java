package orzo.carbon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.mapping.Mapping;
import orzo.metric.Labels;
import orzo.metric.Tenant;

/** A lane on an intake in memory, with connections that are fed by hand. */
final class LaneUnderTest implements AutoCloseable {
  static final long NOW_MILLIS = 1_700_000_000_123L;
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final InMemoryIntake intake = new InMemoryIntake();
  final IntakeCounters counters = new IntakeCounters();
  final PathCaches caches = new PathCaches(1 << 20, 1, _ -> false);
  final DefaultEventExecutor loop = new DefaultEventExecutor();
  final CarbonReceiver receiver;
  final CarbonLane lane;

  LaneUnderTest(CarbonLimits limits) {
    this(limits, Mapping.NONE);
  }

  LaneUnderTest(CarbonLimits limits, Mapping mapping) {
    receiver = receiver(intake, counters, caches, mapping, limits);
    lane = onLoop(() -> new CarbonLane(loop, receiver, limits.partialPickleBytes()));
  }

  static CarbonReceiver receiver(
      InMemoryIntake intake, IntakeCounters counters, PathCaches caches, CarbonLimits limits) {
    return receiver(intake, counters, caches, Mapping.NONE, limits);
  }

  static CarbonReceiver receiver(
      InMemoryIntake intake,
      IntakeCounters counters,
      PathCaches caches,
      Mapping mapping,
      CarbonLimits limits) {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW_MILLIS));
    return new CarbonReceiver(intake, counters, caches, mapping, limits, clock);
  }

  /** A new connection that sends lines. */
  EmbeddedChannel lines() {
    return onLoop(() -> new EmbeddedChannel(new LineConnection(lane)));
  }

  /** A new connection that sends pickles. */
  EmbeddedChannel pickles() {
    return onLoop(() -> new EmbeddedChannel(new PickleConnection(lane)));
  }

  /** Lets bytes arrive in parts that end where told. */
  void send(EmbeddedChannel connection, byte[] bytes, int... ends) {
    onLoop(() -> {
      int from = 0;
      for (int i = 0; i <= ends.length; i++) {
        int to = i < ends.length ? ends[i] : bytes.length;
        if (connection.isOpen()) {
          connection.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
        }
        from = to;
      }
      return true;
    });
  }

  /** Ends a connection. */
  void end(EmbeddedChannel connection) {
    onLoop(() -> connection.close().isDone());
  }

  /** Whether a connection is read. */
  boolean isRead(EmbeddedChannel connection) {
    return onLoop(() -> connection.config().isAutoRead());
  }

  <T> T onLoop(Callable<T> task) {
    try {
      return loop.submit(task).get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until everything that was received is accepted or rejected. */
  void settle() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (inFlight() != 0) { // thousands of times: Awaitility would take a thread each time
      assertThat(System.nanoTime()).as("in flight: %d", inFlight()).isLessThan(deadline);
      LockSupport.parkNanos(20_000);
    }
  }

  private long inFlight() {
    long inFlight = 0;
    for (Protocol protocol : Protocol.values()) {
      inFlight += counters.received(protocol) - counters.accepted(protocol);
      for (Rejection reason : Rejection.values()) {
        inFlight -= counters.rejected(protocol, reason);
      }
    }
    return inFlight;
  }

  /** All samples that were stored, by series. */
  Map<Labels, List<Sample>> samples() {
    settle();
    return intake.samples(Tenant.DEFAULT);
  }

  /** What was rejected, by reason. */
  Map<Rejection, Long> rejections() {
    settle();
    return rejections(counters);
  }

  static Map<Rejection, Long> rejections(IntakeCounters counters) {
    Map<Rejection, Long> rejections = new EnumMap<>(Rejection.class);
    for (Protocol protocol : Protocol.values()) {
      for (Rejection reason : Rejection.values()) {
        rejections.merge(reason, counters.rejected(protocol, reason), Long::sum);
      }
    }
    rejections.values().removeIf(count -> count == 0);
    return rejections;
  }

  /** The series of a path without tags. */
  static Labels path(String path) {
    return Labels.of(Labels.NAME, path);
  }

  @Override
  public void close() {
    assertThat(inFlight()).as("received - accepted - rejected").isZero();
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
