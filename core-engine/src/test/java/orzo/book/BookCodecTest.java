package orzo.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import orzo.book.ResourceType.Attribute;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class BookCodecTest {
  private static final UUID ID = UUID.fromString("75c44741-cc60-4033-804e-2d3098c7d2e9");

  @Test
  void bytes_areThoseOfVersionOne() {
    ResourceState state =
        new ResourceState(
            ID,
            "web 1",
            "host",
            "foo",
            null,
            "p",
            Instant.parse("2014-01-03T02:02:02.5Z"),
            null,
            Instant.parse("1969-12-31T23:59:59.000001Z"),
            null,
            ResourceState.CURRENT,
            Map.of("n", new AttributeValue.Real(1), "up", new AttributeValue.Bool(true)));

    assertThat(hex(new BookChange.ResourceRevised(state, 300)))
        .isEqualTo(
            "01" // version
                + "05" // revised
                + "ac02" // 300
                + "334060cc4147c475e9d2c798302d4e80" // the UUID, lowest byte of each half first
                + "057765622031" // "web 1"
                + "04686f7374" // "host"
                + "0103666f6f" // "foo"
                + "00" // no user
                + "010170" // "p"
                + "b4e8b0ac0aa0c21e" // 1388714522 s, 500000 us
                + "00" // no end
                + "0101" // -1 s, 1 us
                + "02" // attributes
                + "016e02000000000000f03f" // n: 1
                + "02757003" // up, of the booleans
                + "01");
    assertThat(hex(new BookChange.MetricDetached(ID)))
        .isEqualTo("0109334060cc4147c475e9d2c798302d4e80");
  }

  @Test
  void type_keepsTheOrderOfItsAttributes() {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (String name : new String[] {"z", "a", "m", "b", "y"}) {
      attributes.put(name, new Attribute(new AttributeType.Bool(), true));
    }

    BookChange decoded =
        BookCodec.decode(
            BookCodec.encode(new BookChange.TypeCreated(new ResourceType("t", attributes))));

    assertThat(((BookChange.TypeCreated) decoded).type().attributes().keySet())
        .containsExactly("z", "a", "m", "b", "y");
  }

  @Test
  void decode_anyChange_isThatChange() {
    RandomBooks random = new RandomBooks(new SplittableRandom(1));
    for (BookChange change : random.changes(5_000)) {
      assertThat(BookCodec.decode(BookCodec.encode(change))).isEqualTo(change);
    }
  }

  @Test
  void decode_cutOff_isCorrupt() {
    RandomBooks random = new RandomBooks(new SplittableRandom(2));
    for (BookChange change : random.changes(300)) {
      byte[] bytes = BookCodec.encode(change);
      for (int length = 0; length < bytes.length; length++) {
        assertCorrupt(Arrays.copyOf(bytes, length));
      }
      assertCorrupt(Arrays.copyOf(bytes, bytes.length + 1));
    }
  }

  @Test
  void decode_damaged_isAChangeOrCorrupt() {
    SplittableRandom random = new SplittableRandom(3);
    RandomBooks books = new RandomBooks(random);
    for (BookChange change : books.changes(3_000)) {
      byte[] bytes = BookCodec.encode(change);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(BookCodec.decode(bytes)).isNotNull();
      } catch (GatewayException e) {
        assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
      }
    }
  }

  @Test
  void decode_ofAnotherVersionOrKind_saysSo() {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> BookCodec.decode(new byte[] {2, 1}))
        .withMessage("byte 0: version is 2 (expected: 1)");
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> BookCodec.decode(new byte[] {1, 12}))
        .withMessage("byte 1: kind is 12 (expected: 1..11)");
  }

  private static void assertCorrupt(byte[] bytes) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> BookCodec.decode(bytes))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
  }

  private static String hex(BookChange change) {
    return HexFormat.of().formatHex(BookCodec.encode(change));
  }
}
