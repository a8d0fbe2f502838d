package orzo.carbon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.intake.InMemoryIntake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.mapping.MappingFile;

/** What senders get wrong, over real sockets: it is counted under its reason and no other. */
class CarbonRejectionsTest {
  private static final String RULES =
      """
      mappings:
        - {match: "debug.*", action: drop}
        - {match: "nothing.*", name: "$1"}
        - {match: '^nameless\\.(x?)', match_type: regex, name: "$1"}
      """;

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** A line that is wrong, bytes as ISO 8859-1, and why. */
  record Line(String text, Rejection reason) {}

  private static Stream<Line> lines() {
    return Stream.of(
        new Line("a", Rejection.MALFORMED),
        new Line("a 1", Rejection.MALFORMED),
        new Line("a 1 100 1", Rejection.MALFORMED),
        new Line("a x 100", Rejection.INVALID_VALUE),
        new Line("a 1,5 100", Rejection.INVALID_VALUE),
        new Line("a 0x10 100", Rejection.INVALID_VALUE),
        new Line("a 1 x", Rejection.INVALID_TIMESTAMP),
        new Line("a 1 nan", Rejection.INVALID_TIMESTAMP),
        new Line("a 1 -2", Rejection.INVALID_TIMESTAMP),
        new Line("a 1 1700000000000", Rejection.INVALID_TIMESTAMP),
        new Line("a nan 100", Rejection.NAN),
        new Line(".. 1 100", Rejection.INVALID_PATH),
        new Line("\u00ff 1 100", Rejection.INVALID_PATH),
        new Line("nameless.y 1 100", Rejection.INVALID_PATH),
        new Line("a;b 1 100", Rejection.INVALID_LABELS),
        new Line("a;=b 1 100", Rejection.INVALID_LABELS),
        new Line("debug.x 1 100", Rejection.DROPPED_BY_RULE),
        new Line("x".repeat(20_000) + " 1 100", Rejection.TOO_LARGE));
  }

  /** A pickle that is wrong, without its length, and why. */
  record Pickle(String text, Rejection reason) {}

  private static String item(String path, String timestamp, String value) {
    return "(l(V" + path + "\n(" + timestamp + value + "tta.";
  }

  private static Stream<Pickle> pickles() {
    return Stream.of(
        new Pickle("GET /", Rejection.MALFORMED),
        new Pickle("(lI1\na.", Rejection.MALFORMED),
        new Pickle("(l(Va\nI100\nta.", Rejection.MALFORMED),
        new Pickle("cos\nsystem\n(S'id'\ntR.", Rejection.FORBIDDEN_PICKLE),
        new Pickle(item("a", "I100\n", "Vx\n"), Rejection.INVALID_VALUE),
        new Pickle(item("a", "Vx\n", "I1\n"), Rejection.INVALID_TIMESTAMP),
        new Pickle(item("a", "I100\n", "Fnan\n"), Rejection.NAN),
        new Pickle(item("..", "I100\n", "I1\n"), Rejection.INVALID_PATH),
        new Pickle(item("a;b", "I100\n", "I1\n"), Rejection.INVALID_LABELS),
        new Pickle(item("debug.x", "I100\n", "I1\n"), Rejection.DROPPED_BY_RULE),
        new Pickle(item("x".repeat(20_000), "I100\n", "I1\n"), Rejection.TOO_LARGE));
  }

  @TempDir private Path directory;

  private final IntakeCounters counters = new IntakeCounters();
  private CarbonListener listener;
  private int port;
  private int picklePort;

  @BeforeEach
  void listen() throws Exception {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
    listener =
        new CarbonListener(
            "127.0.0.1",
            1,
            LaneUnderTest.receiver(
                new InMemoryIntake(),
                counters,
                new PathCaches(1 << 20, 1, _ -> false),
                MappingFile.load(rules, true),
                CarbonLimits.DEFAULT));
    port = listener.listenForLines(0);
    picklePort = listener.listenForPickles(0);
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private void assertCounted(Protocol protocol, Rejection reason, int accepted) {
    await()
        .atMost(LaneUnderTest.PATIENCE)
        .untilAsserted(() -> {
          assertThat(counters.rejected(protocol, reason)).as(reason.label()).isEqualTo(1);
          assertThat(counters.accepted(protocol)).isEqualTo(accepted);
        });
    assertThat(LaneUnderTest.rejections(counters)).isEqualTo(Map.of(reason, 1L));
    assertThat(counters.received(protocol)).isEqualTo(accepted + 1);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void line_byTcp(Line line) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, port)) {
      String text = "good 1 100\n" + line.text + "\ngood 2 101\n";
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      assertCounted(Protocol.CARBON_LINE, line.reason, 2);
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void line_byUdp(Line line) throws IOException {
    byte[] bytes = ("good 1 100\n" + line.text + "\ngood 2 101").getBytes(ISO_8859_1);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
    }
    assertCounted(Protocol.CARBON_UDP, line.reason, 2);
  }

  @Test
  void line_thatEndsWithItsConnection() throws IOException {
    try (Socket socket = new Socket(LOOPBACK, port)) {
      socket.getOutputStream().write("good 1 100\na 1 1".getBytes(ISO_8859_1));
    }
    assertCounted(Protocol.CARBON_LINE, Rejection.INCOMPLETE, 1);
  }

  private static byte[] frame(String pickle) {
    byte[] bytes = pickle.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }

  @ParameterizedTest
  @MethodSource("pickles")
  void pickle_byTcp(Pickle pickle) throws IOException {
    byte[] good = frame(item("good", "I100\n", "I1\n"));
    try (Socket socket = new Socket(LOOPBACK, picklePort)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(good);
      all.writeBytes(frame(pickle.text));
      all.writeBytes(good);
      socket.getOutputStream().write(all.toByteArray());
      assertCounted(Protocol.CARBON_PICKLE, pickle.reason, 2);
    }
  }

  @Test
  void pickle_thatIsTooLarge_endsItsConnection() throws IOException {
    try (Socket socket = new Socket(LOOPBACK, picklePort)) {
      socket.getOutputStream().write(new byte[] {0x7f, 0, 0, 0});
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertCounted(Protocol.CARBON_PICKLE, Rejection.TOO_LARGE, 0);
  }

  @Test
  void pickle_thatEndsWithItsConnection() throws IOException {
    try (Socket socket = new Socket(LOOPBACK, picklePort)) {
      socket.getOutputStream().write(new byte[] {0, 0, 0, 9, '(', 'l'});
    }
    assertCounted(Protocol.CARBON_PICKLE, Rejection.INCOMPLETE, 0);
  }

  /** So that a new reason is thought of here, too. */
  @Test
  void everyReason_isTestedHereOrIsAboutStorage() {
    Set<Rejection> tested =
        Stream.concat(lines().map(Line::reason), pickles().map(Pickle::reason))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rejection.class)));
    tested.add(Rejection.INCOMPLETE);
    List<Rejection> inCarbonListenerTest =
        List.of(
            Rejection.OVERLOADED,
            Rejection.BACKLOG_FULL,
            Rejection.STORAGE_FULL,
            Rejection.UNAVAILABLE,
            Rejection.INTERNAL);
    tested.addAll(inCarbonListenerTest);
    List<Rejection> ofRemoteWriteOnly =
        List.of(
            Rejection.DUPLICATE_LABEL,
            Rejection.INVALID_HISTOGRAM,
            Rejection.INVALID_EXEMPLAR,
            Rejection.INVALID_METADATA);
    tested.addAll(ofRemoteWriteOnly);
    assertThat(tested).containsExactly(Rejection.values());
  }
}
