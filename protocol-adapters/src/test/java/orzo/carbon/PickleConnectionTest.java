package orzo.carbon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static orzo.carbon.LaneUnderTest.NOW_MILLIS;
import static orzo.carbon.LaneUnderTest.path;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.intake.InMemoryIntake.Sample;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.metric.Labels;

class PickleConnectionTest {
  private static final CarbonLimits LIMITS =
      new CarbonLimits(300, 1 << 20, 2 << 20, 10, Duration.ZERO);

  private final LaneUnderTest under = new LaneUnderTest(LIMITS);

  @AfterEach
  void nothingIsLost() {
    under.close();
  }

  /** A pickle after its length. */
  private static byte[] frame(byte[] pickle) {
    return ByteBuffer.allocate(4 + pickle.length).putInt(pickle.length).put(pickle).array();
  }

  /** A pickle written by hand: characters stand for bytes. */
  private static byte[] frame(String pickle) {
    return frame(pickle.getBytes(ISO_8859_1));
  }

  /** What CPython pickles expressions as, by one protocol, each after its length. */
  private static byte[] python(int protocol, String... expressions) {
    String program =
        "import pickle, struct, sys\n"
            + "for line in sys.stdin.buffer.read().decode('utf-8').split('\\0'):\n"
            + "  body = pickle.dumps(eval(line), "
            + protocol
            + ")\n"
            + "  sys.stdout.buffer.write(struct.pack('!L', len(body)) + body)\n";
    try {
      Process python =
          new ProcessBuilder("python3", "-c", program)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream in = python.getOutputStream()) {
        in.write(String.join("\0", expressions).getBytes(UTF_8));
      }
      byte[] out = python.getInputStream().readAllBytes();
      assertThat(python.waitFor()).as("exit status of python3").isZero();
      return out;
    } catch (IOException e) {
      throw new AssertionError("python3 is needed (Debian: apt-get install python3)", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void send(byte[] bytes) {
    EmbeddedChannel connection = under.pickles();
    under.send(connection, bytes);
    under.end(connection);
    under.settle();
  }

  /** Sends bytes twice, so that their paths are registered, and then found in the cache. */
  private void sendTwice(byte[] bytes) {
    send(bytes);
    send(bytes);
  }

  private static List<Sample> twice(long timestampMillis, double value) {
    Sample sample = Sample.of(timestampMillis, value);
    return List.of(sample, sample);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void pickle_ofPython_isRead(int protocol) {
    sendTwice(
        python(
            protocol,
            "[('a.b.c', (100, 1.5)), ('a.b.d', (101, -2))]",
            "(('tuple', (100, 1)), ['list', [100, 1]])",
            "[('one', (100, 1))]",
            "[('größe.日本.😀.\\\\x.\\'q\\\"', (100, 1))]",
            "[('texts', ('100', '1.5'))]",
            "[('float.time', (100.25, 1))]",
            "[('now', (-1, 7))]",
            "[('big', (100, 2**31)), ('huge', (100, 2**63)), ('negative', (100, -2**70))]",
            "[('bytes', (100, 255)), ('short', (100, 65535)), ('int', (100, -2**31))]",
            "[('long', (100, -2**40)), ('zero', (0, 0)), ('true', (100, True))]",
            "[('tagged;b=2;a=1', (100, 1))]",
            "[(f'many.{i}', (i, i / 7)) for i in range(2500)]",
            "(lambda point: [('shared.1', point), ('shared.2', point)])((100, 3.25))",
            "(lambda s: [(s, (100, 1)), (s, (101, 2))])('same' + '.path')",
            "[('inf', (100, float('inf'))), ('tiny', (100, 5e-324))]"));
    Map<Labels, List<Sample>> samples = under.samples();
    assertThat(under.rejections()).isEmpty();
    assertThat(samples.get(path("a.b.c"))).isEqualTo(twice(100_000, 1.5));
    assertThat(samples.get(path("a.b.d"))).isEqualTo(twice(101_000, -2));
    assertThat(samples.get(path("tuple"))).isEqualTo(twice(100_000, 1));
    assertThat(samples.get(path("list"))).isEqualTo(twice(100_000, 1));
    assertThat(samples.get(path("one"))).isEqualTo(twice(100_000, 1));
    assertThat(samples.get(path("größe.日本.😀.\\x.'q\""))).isEqualTo(twice(100_000, 1));
    assertThat(samples.get(path("texts"))).isEqualTo(twice(100_000, 1.5));
    assertThat(samples.get(path("float.time"))).isEqualTo(twice(100_250, 1));
    assertThat(samples.get(path("now"))).isEqualTo(twice(NOW_MILLIS, 7));
    assertThat(samples.get(path("big"))).isEqualTo(twice(100_000, 0x1p31));
    assertThat(samples.get(path("huge"))).isEqualTo(twice(100_000, 0x1p63));
    assertThat(samples.get(path("negative"))).isEqualTo(twice(100_000, -0x1p70));
    assertThat(samples.get(path("bytes"))).isEqualTo(twice(100_000, 255));
    assertThat(samples.get(path("short"))).isEqualTo(twice(100_000, 65535));
    assertThat(samples.get(path("int"))).isEqualTo(twice(100_000, -0x1p31));
    assertThat(samples.get(path("long"))).isEqualTo(twice(100_000, -0x1p40));
    assertThat(samples.get(path("zero"))).isEqualTo(twice(0, 0));
    assertThat(samples.get(path("true"))).isEqualTo(twice(100_000, 1));
    assertThat(samples.get(Labels.of("__name__", "tagged", "a", "1", "b", "2")))
        .isEqualTo(twice(100_000, 1));
    for (int i = 0; i < 2500; i++) {
      assertThat(samples.get(path("many." + i))).isEqualTo(twice(i * 1000L, i / 7.0));
    }
    assertThat(samples.get(path("shared.1"))).isEqualTo(twice(100_000, 3.25));
    assertThat(samples.get(path("shared.2"))).isEqualTo(twice(100_000, 3.25));
    assertThat(samples.get(path("same.path")))
        .containsExactly(
            Sample.of(100_000, 1),
            Sample.of(101_000, 2),
            Sample.of(100_000, 1),
            Sample.of(101_000, 2));
    assertThat(samples.get(path("inf"))).isEqualTo(twice(100_000, Double.POSITIVE_INFINITY));
    assertThat(samples.get(path("tiny"))).isEqualTo(twice(100_000, Double.MIN_VALUE));
    assertThat(under.counters.accepted(Protocol.CARBON_PICKLE))
        .isEqualTo(samples.values().stream().mapToLong(List::size).sum());
  }

  @Test
  void pickle_ofPythonWithBytesAsPath_isRead() {
    sendTwice(python(3, "[(b'a.b', (100, 1))]"));
    assertThat(under.samples()).isEqualTo(Map.of(path("a.b"), twice(100_000, 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Python 2, protocol 0: byte strings quoted in any way
        "(lp0\n(S'a.b'\np1\n(I100\nF1.5\ntp2\ntp3\na.",
        "(lp0\n(S\"a.b\"\np1\n(L100L\nF1.5\ntp2\ntp3\na.",
        "(l(S'\\x61\\056b' \n(I100\nF1.5\ntta.",
        // Python 2, protocol 2: byte strings
        "\u0080\u0002]q\u0001U\u0003a.bq\u0002Kd"
            + "G?\u00f8\0\0\0\0\0\0\u0086q\u0003\u0086q\u0004a.",
        "\u0080\u0002]q\u0001T\u0003\0\0\0a.bq\u0002Kd"
            + "G?\u00f8\0\0\0\0\0\0\u0086q\u0003\u0086q\u0004a.",
        // The Metrics library for Java: values as strings, no memo
        "(l(S'a.b'\n(L100L\nS'1.5'\ntta.",
        // unnecessary, and allowed
        "(l(Va.b\n(I100\nF1.5\ntta.trailing",
        "N0(l(Va.b\n(I100\nF1.5\ntta.",
        "(((1" + "(l(Va.b\n(I100\nF1.5\ntta.",
        "](Va.b\n(I100\nF1.5\ntt2" + "0a."
      })
  void pickle_ofOthers_isRead(String pickle) {
    sendTwice(frame(pickle));
    assertThat(under.rejections()).isEmpty();
    assertThat(under.samples()).isEqualTo(Map.of(path("a.b"), twice(100_000, 1.5)));
  }

  private void assertRejected(byte[] bytes, Rejection reason) {
    EmbeddedChannel connection = under.pickles();
    byte[] ok = frame("(l(Vok\n(I100\nI1\ntta.");
    under.send(connection, bytes);
    under.send(connection, ok);
    under.end(connection);
    assertThat(under.rejections()).isEqualTo(Map.of(reason, 1L));
    assertThat(under.samples()).containsOnlyKeys(path("ok"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eval",
        "__import__('os').system",
        "__import__('datetime').date(2026, 1, 1)",
        "{'a': 1}",
        "{1}",
        "frozenset([1])",
        "1j",
        "object()",
        "[('a.b', (100, 1)), eval]",
        "bytearray(b'x')"
      })
  void pickle_ofAnythingElse_isForbidden(String expression) {
    for (int protocol = 0; protocol <= 5; protocol++) {
      try (LaneUnderTest fresh = new LaneUnderTest(LIMITS)) {
        EmbeddedChannel connection = fresh.pickles();
        fresh.send(connection, python(protocol, expression, "[('ok', (100, 1))]"));
        assertThat(fresh.rejections())
            .as("protocol %d", protocol)
            .isEqualTo(Map.of(Rejection.FORBIDDEN_PICKLE, 1L));
        assertThat(fresh.samples()).containsOnlyKeys(path("ok"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(S'true'\ntR.", // REDUCE
        "(S'true'\nios\nsystem\n.", // INST
        "(cos\nsystem\nS'true'\no.", // OBJ
        "\u008c\u0002os\u008c\u0006system\u0093\u008c\u0004true\u0085R.", // STACK_GLOBAL
        "P1\n.", // PERSID
        "\u0082\u0001.", // EXT1
        "\u0097." // NEXT_BUFFER
      })
  void pickle_thatCallsSomething_isForbidden(String pickle) {
    assertRejected(frame(pickle), Rejection.FORBIDDEN_PICKLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "(",
        "(.",
        "]",
        "x",
        "hello",
        "\u0080\u0006].",
        "\u0080",
        "I1\n.",
        "Va\n.",
        "a.",
        "]a.",
        "](a",
        "e.",
        "]e.",
        "t.",
        "(tt.",
        "\u0085.",
        "\u0086.",
        "K",
        "M\1",
        "J\1\2\3",
        "G1234567",
        "X\5\0\0\0abc.",
        "X\u00ff\u00ff\u00ff\u00ff.",
        "X\u00ff\u00ff\u00ff\u007f.",
        "U\5abc.",
        "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.",
        "\u008b\u00ff\u00ff\u00ff\u00ff.",
        "S'a\n.",
        "Sa\n.",
        "S'\n.",
        "S'\\x4'\n.",
        "S'a'",
        "V\\u12\n.",
        "V\\U00110000\n.",
        "Va",
        "I1x\n.",
        "I\n.",
        "I-\n.",
        "L12LL\n.",
        "Fx\n.",
        "h\0.",
        "g1\n.",
        "g-1\n.",
        "gx\n.",
        "j\u00ff\u00ff\u00ff\u00ff.",
        "q\0.",
        "]r\u00ff\u00ff\u00ff\u007f.",
        "]p99999999999\n.",
        "0.",
        "1.",
        "2.",
        "I1\nI2\na.",
        "]](a(0a.",
        "\u0095\u0001\2."
      })
  void bytes_thatAreNoPickle_areMalformed(String pickle) {
    assertRejected(frame(pickle), Rejection.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "'(\"a\", (100,))', MALFORMED",
    "'(\"a\", (100, 1, 2))', MALFORMED",
    "'(\"a\", 100, 1)', MALFORMED",
    "'(\"a\", None)', MALFORMED",
    "'(1, (100, 1))', MALFORMED",
    "'(None, (100, 1))', MALFORMED",
    "'\"a\"', MALFORMED",
    "'[]', MALFORMED",
    "'(\"a\", (100, None))', INVALID_VALUE",
    "'(\"a\", (100, \"x\"))', INVALID_VALUE",
    "'(\"a\", (100, \"\"))', INVALID_VALUE",
    "'(\"a\", (100, (1,)))', INVALID_VALUE",
    "'(\"a\", (100, 10 ** 400))', INVALID_VALUE",
    "'(\"a\", (100, 1 << 9000))', INVALID_VALUE",
    "'(\"a\", (None, 1))', INVALID_TIMESTAMP",
    "'(\"a\", (\"x\", 1))', INVALID_TIMESTAMP",
    "'(\"a\", (-2, 1))', INVALID_TIMESTAMP",
    "'(\"a\", (2 ** 32, 1))', INVALID_TIMESTAMP",
    "'(\"a\", (float(\"nan\"), 1))', INVALID_TIMESTAMP",
    "'(\"a\", (100, float(\"nan\")))', NAN",
    "'(\"\", (100, 1))', INVALID_PATH",
    "'(\"..\", (100, 1))', INVALID_PATH",
    "'(\"x\" * 301, (100, 1))', TOO_LARGE",
    "'(\"a;b\", (100, 1))', INVALID_LABELS"
  })
  void item_thatIsNoSample_costsTheOthersNothing(String item, Rejection reason) {
    for (int protocol = 0; protocol <= 5; protocol++) {
      try (LaneUnderTest fresh = new LaneUnderTest(LIMITS)) {
        EmbeddedChannel connection = fresh.pickles();
        byte[] bytes = python(protocol, "[('ok', (100, 1)), " + item + ", ('ok', (101, 2))]");
        fresh.send(connection, bytes);
        assertThat(fresh.rejections()).as("protocol %d", protocol).isEqualTo(Map.of(reason, 1L));
        assertThat(fresh.samples())
            .isEqualTo(Map.of(path("ok"), List.of(Sample.of(100_000, 1), Sample.of(101_000, 2))));
      }
    }
  }

  @Test
  void item_withAPathThatIsNotUtf8_isRejected() {
    assertRejected(frame("(l(U\1\u00c3(I100\nI1\ntta."), Rejection.INVALID_PATH);
  }

  @Test
  void path_withBlanks_keepsThoseWithin() {
    sendTwice(python(2, "[(' a b\\n', (100, 1))]"));
    assertThat(under.samples()).isEqualTo(Map.of(path("a b"), twice(100_000, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7fffffff", "80000000", "ffffffff", "00100001", "73657276" /* "serv" */})
  void pickle_thatIsTooLarge_endsTheConnection(String length) {
    EmbeddedChannel connection = under.pickles();
    under.send(connection, HexFormat.of().parseHex(length + "2e2e2e2e"));
    assertThat(under.rejections()).isEqualTo(Map.of(Rejection.TOO_LARGE, 1L));
    assertThat(under.onLoop(connection::isOpen)).isFalse();
    assertThat(under.rejections()).isEqualTo(Map.of(Rejection.TOO_LARGE, 1L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 20})
  void pickle_thatIsNotWhole_isIncomplete(int size) {
    byte[] bytes = python(2, "[('a.b.c', (100, 1))]");
    EmbeddedChannel connection = under.pickles();
    under.send(connection, Arrays.copyOf(bytes, size));
    under.end(connection);
    assertThat(under.rejections()).isEqualTo(Map.of(Rejection.INCOMPLETE, 1L));
  }

  @Test
  void pickles_thatHoldTooMuchInPart_areReadOneAfterTheOther() {
    byte[] bytes = python(2, "[('a' * 250, (i, i)) for i in range(40000)]"); // memo: one path
    assertThat(bytes.length).isGreaterThan(700_000);
    List<EmbeddedChannel> connections = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      connections.add(under.pickles());
      under.send(connections.get(i), Arrays.copyOf(bytes, 600_000));
    }
    EmbeddedChannel lines = under.lines();
    assertThat(connections.stream().map(under::isRead)).containsExactly(true, false, false, false);
    assertThat(under.isRead(lines)).isTrue();
    assertThat(under.isRead(under.pickles())).isFalse();
    byte[] rest = Arrays.copyOfRange(bytes, 600_000, bytes.length);
    under.send(connections.get(0), rest);
    assertThat(connections.stream().map(under::isRead)).containsExactly(true, true, true, true);
    for (int i = 1; i < 4; i++) {
      under.send(connections.get(i), rest);
    }
    assertThat(under.samples().get(path("a".repeat(250)))).hasSize(160_000);
  }

  @Test
  void bytes_splitAnywhere_areReadAsTheWhole() {
    byte[][] frames = new byte[6][];
    for (int protocol = 0; protocol < 6; protocol++) {
      frames[protocol] =
          python(
              protocol,
              "[('a.b.c', (100, 1.5)), ('ä;t=v', ('1', 2**65)), ('x', (1, None)), 'x']",
              "[('m.%d' % i, (i, i)) for i in range(20)]");
    }
    for (long seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = random.nextInt(4); i >= 0; i--) {
        out.writeBytes(frames[random.nextInt(6)]);
      }
      byte[] bytes = out.toByteArray();
      for (int i = random.nextInt(6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean() ? (byte) random.nextInt() : bytes[random.nextInt(bytes.length)];
      }
      List<Object> whole = outcome(bytes);
      int[] ends = random.ints(random.nextInt(10), 0, bytes.length + 1).sorted().toArray();
      assertThat(outcome(bytes, ends))
          .as("seed %d: %s", seed, HexFormat.of().formatHex(bytes))
          .isEqualTo(whole);
    }
  }

  @Test
  void frames_ofRandomOpcodes_areNeverMoreThanRefused() {
    byte[] opcodes =
        "\u0080.XBTCUVSGKMJILFN()]lttaeqrphjg012\u0085\u0086\u0087\u0088\u0089\u008a\u0094\0\1\2\n'"
            .getBytes(ISO_8859_1);
    try (LaneUnderTest fresh = new LaneUnderTest(LIMITS)) {
      EmbeddedChannel connection = fresh.pickles();
      for (long seed = 0; seed < 20_000; seed++) {
        Random random = new Random(seed);
        byte[] pickle = new byte[random.nextInt(60)];
        for (int i = 0; i < pickle.length; i++) {
          pickle[i] =
              random.nextInt(8) == 0
                  ? (byte) random.nextInt()
                  : opcodes[random.nextInt(opcodes.length)];
        }
        fresh.send(connection, frame(pickle));
        assertThat(fresh.onLoop(connection::isOpen)).as("seed %d", seed).isTrue();
      }
      assertThat(fresh.rejections()).doesNotContainKey(Rejection.INTERNAL);
    }
  }

  private static List<Object> outcome(byte[] bytes, int... ends) {
    try (LaneUnderTest under = new LaneUnderTest(LIMITS)) {
      EmbeddedChannel connection = under.pickles();
      under.send(connection, bytes, ends);
      under.end(connection);
      return List.of(under.samples(), under.rejections());
    }
  }
}
