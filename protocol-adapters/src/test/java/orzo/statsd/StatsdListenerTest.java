package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orzo.intake.InMemoryIntake;
import orzo.intake.IntakeCounters;
import orzo.mapping.Mapping;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.storage.OutageLog;

class StatsdListenerTest {
  private final InMemoryIntake intake = new InMemoryIntake();
  private final StatsdCounters counters = new StatsdCounters();
  private final StatsdListener listener = listener(OptionalInt.of(0), false);

  private StatsdListener listener(OptionalInt management, boolean managementMayFail) {
    StatsdReceiver receiver =
        new StatsdReceiver(
            StatsdFixtures.settings(StatsdFixtures.ALL_DIALECTS),
            counters,
            Optional.empty(),
            new StatsdReceiver.Surroundings(
                intake,
                new IntakeCounters(),
                Mapping.NONE,
                _ -> false,
                new OutageLog(System::nanoTime),
                InstantSource.system(),
                System::nanoTime,
                1));
    return new StatsdListener(
        new StatsdListener.Address(
            "127.0.0.1",
            OptionalInt.of(0),
            OptionalInt.of(0),
            management,
            managementMayFail,
            1 << 16),
        receiver);
  }

  @BeforeEach
  void start() throws IOException {
    listener.start();
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private void sendDatagram(byte[] bytes) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(
          new DatagramPacket(
              bytes, bytes.length, InetAddress.getLoopbackAddress(), listener.udpPort()));
    }
  }

  private Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  private void awaitValues(int values) {
    await().untilAsserted(() -> assertThat(counters.values()).isEqualTo(values));
  }

  @Test
  void datagrams_areTaken_andFlushedWhenItStops() throws IOException {
    sendDatagram("a:1|c\na:2|c\n".getBytes(UTF_8));
    sendDatagram("a:4|c".getBytes(UTF_8));
    sendDatagram(new byte[0]);
    awaitValues(3);
    listener.close();
    assertThat(intake.samples(Tenant.DEFAULT))
        .hasEntrySatisfying(
            Labels.of(Labels.NAME, "a_total"),
            samples ->
                assertThat(Double.longBitsToDouble(samples.getLast().valueBits())).isEqualTo(7));
  }

  @Test
  void datagram_asLongAsTheyCanBe_isTakenWhole() throws IOException {
    String line = "long.name.of.a.metric:1|c\n";
    int lines = 65_507 / line.length();
    sendDatagram(line.repeat(lines).getBytes(UTF_8));
    awaitValues(lines);
    assertThat(counters.packets()).isEqualTo(1);
  }

  @Test
  void connection_bringsLinesInPieces() throws IOException {
    try (Socket socket = connect(listener.tcpPort())) {
      socket.setTcpNoDelay(true);
      for (String piece : new String[] {"a:1|", "c", "\na:2|c\nb:", "5|g\r\nrest:1|c"}) {
        write(socket, piece);
      }
      awaitValues(3);
    }
    await().until(() -> listener.connections() == 0);
    assertThat(counters.values()).isEqualTo(3);
  }

  @Test
  void connection_withoutAnEndOfLine_isPassedOverUntilItComes() throws IOException {
    try (Socket socket = connect(listener.tcpPort())) {
      write(socket, "x".repeat(200_000));
      await().until(() -> counters.faults(LineFault.LINE_TOO_LONG) == 1);
      write(socket, "y".repeat(200_000) + ":1|c\na:1|c\n");
      awaitValues(1);
      assertThat(counters.faults(LineFault.LINE_TOO_LONG)).isEqualTo(1);
    }
  }

  @Test
  void managementPort_answersAndHangsUp() throws IOException {
    sendDatagram("a:1|g".getBytes(UTF_8));
    awaitValues(1);
    try (Socket socket = connect(listener.managementPort())) {
      write(socket, "gauges\n");
      String expected = "{ a: 1 }\nEND\n\n";
      assertThat(new String(socket.getInputStream().readNBytes(expected.length()), UTF_8))
          .isEqualTo(expected);
      write(socket, "quit\n");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void managementPort_thatIsTaken_isAFailureOnlyWhenItMayNotBe() throws IOException {
    OptionalInt taken = OptionalInt.of(listener.managementPort());
    try (StatsdListener second = listener(taken, false)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "statsd: can't listen on management port 127.0.0.1:" + taken.getAsInt() + ": ");
    }
    try (StatsdListener second = listener(taken, true)) {
      second.start();
      assertThat(second.udpPort()).isPositive();
      assertThatThrownBy(second::managementPort).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void droppedDatagrams_ofAQuietPort_areNone() {
    assertThat(listener.droppedDatagrams()).isZero();
  }
}
