package orzo.statsd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds for any packet; a failure shows seed and packet. */
class LineParserPropertiesTest {
  private static final int ROUNDS = 40_000;

  private static final List<String> PIECES =
      List.of(
          "a",
          "b.c",
          ":",
          ":",
          ":",
          "|",
          "|",
          "|",
          "|#",
          "#",
          "@",
          "c",
          "g",
          "s",
          "ms",
          "h",
          "d",
          "1",
          "-2",
          "+3",
          "0.5",
          ".5",
          "1e2",
          "x",
          " ",
          "\n",
          ",",
          ";",
          "=",
          "[",
          "]",
          "T1656581400",
          "_e{",
          "_sc|",
          "}",
          "c:",
          "@0.5",
          "ü",
          "a:1|c",
          "b:2|ms|@0.1",
          "|#k:v");

  private static String packet(Random random) {
    StringBuilder packet = new StringBuilder();
    for (int i = random.nextInt(14); i >= 0; i--) {
      packet.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return packet.toString();
  }

  @Test
  void anyPacket_withoutDialects_saysWhatTheRulesSay() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      String packet = packet(new Random(seed));
      assertThat(RecordingSink.read(Set.of(), packet))
          .as("seed %d: %s", seed, packet)
          .isEqualTo(ReferenceLines.said(packet));
    }
  }

  @Test
  void anyPacket_withDialects_saysOneThingAtLeastForEachLine() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      String packet = packet(new Random(seed));
      long lines = Arrays.stream(packet.split("\n", -1)).filter(line -> !line.isEmpty()).count();
      List<String> said = RecordingSink.read(Set.of(Dialect.values()), packet);
      assertThat((long) said.size()).as("seed %d: %s", seed, packet).isGreaterThanOrEqualTo(lines);
      assertThat(said.size())
          .as("seed %d: %s", seed, packet)
          .isLessThanOrEqualTo(2 * packet.length());
    }
  }

  @Test
  void anyBytes_neverFail() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] packet = packet(random).getBytes(UTF_8);
      for (int i = random.nextInt(4); i > 0 && packet.length > 0; i--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
      }
      RecordingSink.read(Set.of(), packet);
      RecordingSink.read(Set.of(Dialect.values()), packet);
    }
  }

  @Test
  void everyTruncation_ofALine_neverFails() {
    byte[] line = "_e{5,4}:title|text|#a:b\nname:1:2|ms|@0.5|#a:b|c:x|T1\n_sc|x|1".getBytes(UTF_8);
    for (int end = 0; end <= line.length; end++) {
      for (int start = 0; start <= end; start++) {
        byte[] part = Arrays.copyOfRange(line, start, end);
        RecordingSink.read(Set.of(), part);
        RecordingSink.read(Set.of(Dialect.values()), part);
      }
    }
  }
}
