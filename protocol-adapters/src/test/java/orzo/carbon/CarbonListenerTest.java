package orzo.carbon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static orzo.carbon.LaneUnderTest.path;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.intake.Admission;
import orzo.intake.InMemoryIntake;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** Over real sockets. */
class CarbonListenerTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final InMemoryIntake intake = new InMemoryIntake();
  private final IntakeCounters counters = new IntakeCounters();
  private final PathCaches caches = new PathCaches(1 << 20, 1, _ -> false);
  private CarbonListener listener = listener(CarbonLimits.DEFAULT);

  private CarbonListener listener(CarbonLimits limits) {
    return new CarbonListener(
        "127.0.0.1", 2, LaneUnderTest.receiver(intake, counters, caches, limits));
  }

  @AfterEach
  void nothingIsLost() {
    listener.close();
    for (Protocol protocol : Protocol.values()) {
      long rejected = 0;
      for (Rejection reason : Rejection.values()) {
        rejected += counters.rejected(protocol, reason);
      }
      assertThat(counters.received(protocol))
          .as("received by %s = accepted + rejected", protocol)
          .isEqualTo(counters.accepted(protocol) + rejected);
    }
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(LaneUnderTest.PATIENCE).pollInterval(Duration.ofMillis(2)).until(condition);
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(LOOPBACK, port);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  private static void sendDatagram(int port, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
    }
  }

  private void assertEnded(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    InputStream in = socket.getInputStream();
    int read;
    try {
      read = in.read();
    } catch (SocketException _) { // reset: it had sent more
      read = -1;
    }
    assertThat(read).isEqualTo(-1);
  }

  @Test
  void lines_byTcp_areStored() throws Exception {
    int port = listener.listenForLines(0);
    try (Socket socket = connect(port)) {
      for (int i = 0; i < 3; i++) {
        send(socket, "a.b " + i + " 10");
        send(socket, i + "\n");
        int stored = i + 1;
        until(() -> counters.accepted(Protocol.CARBON_LINE) == stored);
      }
    }
    assertThat(intake.samples(Tenant.DEFAULT))
        .isEqualTo(
            Map.of(
                path("a.b"),
                List.of(Sample.of(100_000, 0), Sample.of(101_000, 1), Sample.of(102_000, 2))));
  }

  @Test
  void lines_byUdp_areStored() throws Exception {
    int port = listener.listenForLines(0);
    for (int i = 1; i <= 2; i++) {
      sendDatagram(port, "a 1 100\nb 2 100\r\nbad\n\nc 3 100");
      int sent = i;
      until(() -> counters.received(Protocol.CARBON_UDP) == 4L * sent);
      until(() -> counters.accepted(Protocol.CARBON_UDP) == 3L * sent);
    }
    sendDatagram(port, "");
    sendDatagram(port, "x".repeat(60_000) + " 1 1");
    until(() -> counters.received(Protocol.CARBON_UDP) == 9);
    assertThat(counters.rejected(Protocol.CARBON_UDP, Rejection.MALFORMED)).isEqualTo(2);
    assertThat(counters.rejected(Protocol.CARBON_UDP, Rejection.TOO_LARGE)).isEqualTo(1);
    assertThat(intake.samples(Tenant.DEFAULT)).containsOnlyKeys(path("a"), path("b"), path("c"));
  }

  @Test
  void pickles_byTcp_areStored() throws Exception {
    int port = listener.listenForPickles(0);
    byte[] pickle = "(l(Va.b\n(I100\nF1.5\ntta.".getBytes(UTF_8);
    try (Socket socket = connect(port)) {
      for (int i = 1; i <= 2; i++) {
        socket.getOutputStream().write(new byte[] {0, 0, 0, (byte) pickle.length});
        socket.getOutputStream().write(pickle);
        int sent = i;
        until(() -> counters.accepted(Protocol.CARBON_PICKLE) == sent);
      }
    }
    assertThat(intake.samples(Tenant.DEFAULT))
        .isEqualTo(Map.of(path("a.b"), List.of(Sample.of(100_000, 1.5), Sample.of(100_000, 1.5))));
  }

  @Test
  void listen_onAPortInUse_saysWhich() throws Exception {
    int port = listener.listenForLines(0);
    try (CarbonListener other = listener(CarbonLimits.DEFAULT)) {
      assertThatThrownBy(() -> other.listenForPickles(port))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("carbon: can't listen on 127.0.0.1:" + port + " (TCP): ");
    }
  }

  /** Sends far more than all buffers hold, and returns once it is sent. */
  private static CompletableFuture<Void> sendMuch(int port, int lines) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket socket = new Socket()) {
            socket.setSendBufferSize(64 << 10);
            socket.connect(new InetSocketAddress(LOOPBACK, port));
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < lines; i++) {
              text.append("path.").append(i % 10).append(' ').append(i).append(" 1700000000\n");
              if (text.length() > 60_000 || i == lines - 1) {
                send(socket, text.toString());
                text.setLength(0);
              }
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static final int MUCH = 1_000_000;

  private void assertMuchStoredInOrder() {
    until(() -> counters.accepted(Protocol.CARBON_LINE) == MUCH);
    assertThat(LaneUnderTest.rejections(counters)).isEmpty();
    for (int path = 0; path < 10; path++) {
      List<Sample> samples =
          requireNonNull(intake.samples(Tenant.DEFAULT).get(path("path." + path)));
      // Batches may be stored twice, but what is stored last for a time must be the last sent.
      assertThat(samples.getLast()).isEqualTo(Sample.of(1_700_000_000_000L, MUCH - 10 + path));
      assertThat(samples.stream().distinct().count()).isEqualTo(MUCH / 10);
    }
  }

  @Test
  void lines_whenStorageIsSlow_areHeldBackAndNotLost() throws Exception {
    intake.hold();
    CompletableFuture<Void> sent = sendMuch(listener.listenForLines(0), MUCH);
    until(listener::isHoldingBack);
    long received = counters.received(Protocol.CARBON_LINE);
    assertThat(received).isLessThan(MUCH * 2L / 3);
    assertThat(sent).isNotDone();
    intake.release();
    sent.join();
    assertMuchStoredInOrder();
    until(() -> !listener.isHoldingBack());
  }

  @Test
  void lines_whenStorageIsAway_areHeldBackAndNotLost() throws Exception {
    int port = listener.listenForLines(0);
    sendMuch(port, 10).join();
    until(() -> counters.accepted(Protocol.CARBON_LINE) == 10);
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    CompletableFuture<Void> sent = sendMuch(port, MUCH - 10);
    until(listener::isHoldingBack);
    sendDatagram(port, "path.0 1 100\npath.1 1 100");
    // One lane has the datagrams, maybe not that of the connection.
    until(() -> counters.received(Protocol.CARBON_UDP) == 2);
    intake.failWith(null);
    sent.join();
    until(() -> counters.accepted(Protocol.CARBON_LINE) == MUCH);
    assertThat(counters.rejected(Protocol.CARBON_LINE, Rejection.UNAVAILABLE)).isZero();
  }

  @Test
  void lines_whenAppendsFailAgainAndAgain_areStoredInOrder() throws Exception {
    CompletableFuture<Void> sent = sendMuch(listener.listenForLines(0), MUCH);
    while (counters.accepted(Protocol.CARBON_LINE) < MUCH / 2) {
      long before = counters.accepted(Protocol.CARBON_LINE);
      intake.failWith(new GatewayException(Kind.LIMIT, "full"));
      until(() -> true);
      intake.failWith(null);
      until(() -> counters.accepted(Protocol.CARBON_LINE) > before);
    }
    sent.join();
    assertMuchStoredInOrder();
  }

  @Test
  void lines_whenTheBacklogIsFull_areHeldBackAndNotLost() throws Exception {
    intake.admit(Admission.BACKLOG_FULL);
    CompletableFuture<Void> sent = sendMuch(listener.listenForLines(0), MUCH);
    until(listener::isHoldingBack);
    assertThat(intake.sampleCount()).isZero();
    intake.admit(Admission.ACCEPTING);
    sent.join();
    assertMuchStoredInOrder();
  }

  @Test
  void lines_ofNewPathsWhenStorageIsAway_areHeldBackAndNotLost() throws Exception {
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    int port = listener.listenForLines(0);
    int lines = 2 * UnknownPaths.FULL_SAMPLES + 100_000;
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try (Socket socket = connect(port)) {
                for (int i = 0; i < lines; i += 1000) {
                  StringBuilder text = new StringBuilder();
                  for (int k = i; k < Math.min(lines, i + 1000); k++) {
                    text.append("new.").append(k % 20_000).append(" 1 ").append(k).append('\n');
                  }
                  send(socket, text.toString());
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    until(listener::isHoldingBack);
    intake.failWith(null);
    sent.join();
    until(() -> counters.accepted(Protocol.CARBON_LINE) == lines);
    assertThat(intake.samples(Tenant.DEFAULT)).hasSize(20_000);
    assertThat(intake.sampleCount()).isEqualTo(lines);
  }

  @Test
  void datagrams_withoutRoom_areDroppedAndCountedByReason() throws Exception {
    int port = listener.listenForLines(0);
    String lines = "path 1 100\n".repeat(5000);
    Map<Admission, Rejection> reasons =
        Map.of(
            Admission.BACKLOG_FULL, Rejection.BACKLOG_FULL,
            Admission.STORAGE_FULL, Rejection.STORAGE_FULL);
    reasons.forEach((admission, reason) -> {
      intake.admit(admission);
      until(() -> {
        sendDatagram(port, lines);
        return counters.rejected(Protocol.CARBON_UDP, reason) > 0;
      });
    });
    intake.admit(Admission.ACCEPTING);
    intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
    until(() -> {
      sendDatagram(port, lines);
      return counters.rejected(Protocol.CARBON_UDP, Rejection.UNAVAILABLE) > 0;
    });
    intake.failWith(null);
    until(() -> !listener.isHoldingBack());
    intake.hold();
    until(() -> {
      sendDatagram(port, lines);
      return counters.rejected(Protocol.CARBON_UDP, Rejection.OVERLOADED) > 0;
    });
    intake.release();
  }

  @Test
  void lines_whoseBatchStorageNeverTakes_areCounted() throws Exception {
    int port = listener.listenForLines(0);
    try (Socket socket = connect(port)) {
      send(socket, "a 1 100\n");
      until(() -> counters.accepted(Protocol.CARBON_LINE) == 1);
      intake.failWith(new IllegalStateException("a bug"));
      send(socket, "a 1 101\nb 1 100\n");
      until(() -> counters.rejected(Protocol.CARBON_LINE, Rejection.INTERNAL) == 2);
      intake.failWith(null);
      send(socket, "a 1 102\nb 1 101\n");
      until(() -> counters.accepted(Protocol.CARBON_LINE) == 3);
    }
  }

  @Test
  void connections_inThousands_eachKeepTheirLines() throws Exception {
    int port = listener.listenForLines(0);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 2000; i++) {
        sockets.add(connect(port));
        send(sockets.get(i), "path." + i);
      }
      until(() -> listener.connections() == 2000);
      for (int i = 0; i < 2000; i++) {
        send(sockets.get(i), " " + i + " 100\npath");
      }
      until(() -> counters.accepted(Protocol.CARBON_LINE) == 2000);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    until(() -> counters.rejected(Protocol.CARBON_LINE, Rejection.INCOMPLETE) == 2000);
    Map<?, List<Sample>> samples = intake.samples(Tenant.DEFAULT);
    for (int i = 0; i < 2000; i++) {
      assertThat(samples.get(path("path." + i))).containsExactly(Sample.of(100_000, i));
    }
    until(() -> listener.connections() == 0);
  }

  @Test
  void connections_beyondTheLimit_areClosedAndCounted() throws Exception {
    listener = listener(new CarbonLimits(1000, 1000, 1000, 2, Duration.ZERO));
    int port = listener.listenForLines(0);
    try (Socket one = connect(port);
        Socket two = connect(port)) {
      until(() -> listener.connections() == 2);
      try (Socket three = connect(port)) {
        assertEnded(three);
      }
      assertThat(counters.rejected(Protocol.CARBON_LINE, Rejection.OVERLOADED)).isEqualTo(1);
      send(one, "a 1 100\n");
      send(two, "a 1 101\n");
      until(() -> counters.accepted(Protocol.CARBON_LINE) == 2);
    }
  }

  @Test
  void connection_thatIsIdle_isClosed() throws Exception {
    listener = listener(new CarbonLimits(1000, 1000, 1000, 2, Duration.ofMillis(200)));
    int port = listener.listenForLines(0);
    try (Socket socket = connect(port)) {
      send(socket, "a 1 100\na 2");
      assertEnded(socket);
    }
    until(() -> counters.accepted(Protocol.CARBON_LINE) == 1);
    until(() -> counters.rejected(Protocol.CARBON_LINE, Rejection.INCOMPLETE) == 1);
  }

  @Test
  void close_storesWhatWasRead() throws Exception {
    intake.hold();
    int port = listener.listenForLines(0);
    try (Socket socket = connect(port)) {
      send(socket, "a 1 100\n");
      until(() -> intake.heldAppends() == 1);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(listener::close, task -> Thread.ofVirtual().start(task));
      assertEnded(socket);
      intake.release();
      closed.join();
    }
    assertThat(counters.accepted(Protocol.CARBON_LINE)).isEqualTo(1);
  }

  @Test
  void close_whenStorageIsAway_countsWhatIsLost() throws Exception {
    int port = listener.listenForLines(0);
    try (Socket socket = connect(port)) {
      send(socket, "a 1 100\n");
      until(() -> counters.accepted(Protocol.CARBON_LINE) == 1);
      intake.failWith(new GatewayException(Kind.UNAVAILABLE, "away"));
      send(socket, "a 1 101\nb 1 100\n");
      until(() -> counters.received(Protocol.CARBON_LINE) == 3);
      listener.close();
    }
    assertThat(counters.rejected(Protocol.CARBON_LINE, Rejection.UNAVAILABLE)).isEqualTo(2);
  }
}
