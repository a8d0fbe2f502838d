package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.intake.InMemoryIntake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.mapping.Mapped;
import orzo.mapping.Mapping;
import orzo.statsd.StatsdSettings.Form;
import orzo.statsd.StatsdSettings.Limits;
import orzo.storage.OutageLog;

/** What senders get wrong, over real sockets: it is counted under its reason and no other. */
class StatsdFaultsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** As few as the test needs: a key beside the good one, two values. */
  private static final Limits LIMITS = new Limits(2, 1_000, 2, 1_000);

  private static final Mapping MAPPING =
      (name, tags, type) ->
          name.contains("dropped")
              ? new Mapped.Refused(Rejection.DROPPED_BY_RULE, name)
              : Mapping.NONE.map(name, tags, type);

  /** A line that is wrong, with what must come before it, and why. */
  record Line(String text, LineFault fault) {}

  private static Stream<Line> lines() {
    return Stream.of(
        new Line("a", LineFault.NO_VALUE),
        new Line("a:1", LineFault.NO_TYPE),
        new Line("a:x|c", LineFault.BAD_VALUE),
        new Line("a:-1|ms", LineFault.NEGATIVE_TIME),
        new Line("a:1|c|0.1", LineFault.BAD_RATE),
        new Line("a:1|c|@0", LineFault.BAD_RATE),
        new Line("a:1|c|Tx", LineFault.BAD_TIMESTAMP),
        new Line("a:1|ms|T1700000000", LineFault.BAD_TIMESTAMP),
        new Line("_e{9,9}:a|b", LineFault.BAD_EVENT),
        new Line("_sc|a|9", LineFault.BAD_SERVICE_CHECK),
        new Line("äöü:1|c", LineFault.NO_NAME),
        new Line("x".repeat(5_000) + ":1|c", LineFault.NAME_TOO_LONG),
        new Line("a:1|c\nb:1|c", LineFault.TOO_MANY_KEYS),
        new Line("a:1:2:3|ms", LineFault.TOO_MANY_VALUES));
  }

  private final StatsdCounters counters = new StatsdCounters();
  private final IntakeCounters intakeCounters = new IntakeCounters();
  private final StatsdListener listener =
      new StatsdListener(
          new StatsdListener.Address(
              "127.0.0.1",
              OptionalInt.of(0),
              OptionalInt.of(0),
              OptionalInt.empty(),
              false,
              1 << 16),
          new StatsdReceiver(
              StatsdFixtures.settings(StatsdFixtures.ALL_DIALECTS, LIMITS, Set.of(Form.values())),
              counters,
              Optional.empty(),
              new StatsdReceiver.Surroundings(
                  new InMemoryIntake(),
                  intakeCounters,
                  MAPPING,
                  _ -> false,
                  new OutageLog(System::nanoTime),
                  InstantSource.system(),
                  System::nanoTime,
                  1)));

  @BeforeEach
  void start() throws IOException {
    listener.start();
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private Map<LineFault, Long> faults() {
    Map<LineFault, Long> faults = new EnumMap<>(LineFault.class);
    for (LineFault fault : LineFault.values()) {
      if (counters.faults(fault) > 0) {
        faults.put(fault, counters.faults(fault));
      }
    }
    return faults;
  }

  private void assertCounted(LineFault fault) {
    await().untilAsserted(() -> assertThat(faults()).isEqualTo(Map.of(fault, 1L)));
  }

  private void sendDatagram(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, listener.udpPort()));
    }
  }

  private void sendByTcp(String text) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, listener.tcpPort())) {
      socket.getOutputStream().write(text.getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void line_byUdp(Line line) throws IOException {
    sendDatagram("good:1|g\n" + line.text + "\ngood:2|g");
    assertCounted(line.fault);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void line_byTcp(Line line) throws IOException {
    sendByTcp("good:1|g\n" + line.text + "\ngood:2|g\n");
    assertCounted(line.fault);
  }

  @Test
  void line_withoutAnEnd_byTcp() throws IOException {
    sendByTcp("good:1|g\n" + "x".repeat(100_000));
    assertCounted(LineFault.LINE_TOO_LONG);
  }

  @Test
  void line_thatEndsWithItsConnection() throws IOException {
    sendByTcp("good:1|g\ngood:2|");
    assertCounted(LineFault.INCOMPLETE);
  }

  @Test
  void everyFault_isTestedHere() {
    Set<LineFault> tested =
        lines()
            .map(Line::fault)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(LineFault.class)));
    tested.add(LineFault.LINE_TOO_LONG);
    tested.add(LineFault.INCOMPLETE);
    assertThat(tested).containsExactly(LineFault.values());
  }

  @Test
  void names_thatRulesOrPathsForbid_areCountedWhenTheyAreFlushed() throws IOException {
    sendDatagram("dropped:1|g\n..:1|g");
    await().until(() -> counters.values() == 2);
    listener.close();
    assertThat(intakeCounters.rejected(Protocol.STATSD, Rejection.DROPPED_BY_RULE))
        .as("in both forms")
        .isEqualTo(2);
    assertThat(intakeCounters.rejected(Protocol.STATSD, Rejection.INVALID_PATH))
        .as("without the prefix")
        .isEqualTo(1);
    assertThat(intakeCounters.received(Protocol.STATSD))
        .isEqualTo(intakeCounters.accepted(Protocol.STATSD) + 3);
  }
}
