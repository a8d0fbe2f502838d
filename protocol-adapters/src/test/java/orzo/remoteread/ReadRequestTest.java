package orzo.remoteread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import orzo.index.Matcher;
import orzo.remoteread.oracle.LabelMatcher;
import orzo.remoteread.oracle.Query;
import orzo.remoteread.oracle.ReadHints;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class ReadRequestTest {
  private static final orzo.remoteread.oracle.ReadRequest REQUEST =
      orzo.remoteread.oracle.ReadRequest.newBuilder()
          .addQueries(
              Query.newBuilder()
                  .setStartTimestampMs(-5)
                  .setEndTimestampMs(1_700_000_000_000L)
                  .addMatchers(matcher(LabelMatcher.Type.EQ, "__name__", "up"))
                  .addMatchers(matcher(LabelMatcher.Type.NEQ, "job", ""))
                  .addMatchers(matcher(LabelMatcher.Type.RE, "a", "b.*"))
                  .addMatchers(matcher(LabelMatcher.Type.NRE, "ü", "c|d"))
                  .setHints(ReadHints.newBuilder().setStepMs(15).setFunc("rate").addGrouping("x")))
          .addQueries(Query.newBuilder().setEndTimestampMs(7))
          .addAcceptedResponseTypes(
              orzo.remoteread.oracle.ReadRequest.ResponseType.STREAMED_XOR_CHUNKS)
          .addAcceptedResponseTypes(orzo.remoteread.oracle.ReadRequest.ResponseType.SAMPLES)
          .build();

  private static LabelMatcher matcher(LabelMatcher.Type type, String name, String value) {
    return LabelMatcher.newBuilder().setType(type).setName(name).setValue(value).build();
  }

  private static byte[] compressed(byte[] plain) {
    try {
      return Snappy.compress(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void decode_ofAllFields_isWhatWasAsked() {
    ReadRequest read = ReadRequest.decode(compressed(REQUEST.toByteArray()));
    assertThat(read)
        .isEqualTo(
            new ReadRequest(
                List.of(
                    new ReadQuery(
                        -5,
                        1_700_000_000_000L,
                        List.of(
                            Matcher.of("__name__", Matcher.Operation.EQUAL, "up"),
                            Matcher.of("job", Matcher.Operation.NOT_EQUAL, ""),
                            Matcher.of("a", Matcher.Operation.MATCHES, "b.*"),
                            Matcher.of("ü", Matcher.Operation.NOT_MATCHES, "c|d"))),
                    new ReadQuery(0, 7, List.of())),
                List.of(1, 0)));
  }

  @Test
  void decode_typesThatAreNotPacked_areRead() {
    assertThat(ReadRequest.decode(compressed(new byte[] {2 << 3, 1, 2 << 3, 0})).acceptedTypes())
        .containsExactly(1, 0);
  }

  @Test
  void decode_ofNothing_asksForNothing() {
    assertThat(ReadRequest.decode(compressed(new byte[0])))
        .isEqualTo(new ReadRequest(List.of(), List.of()));
  }

  @Test
  void decode_whatIsNoRequest_isMalformed() {
    assertMalformed(
        new byte[0], "remote read: body of 0 bytes is no Snappy block (expected: block format)");
    assertMalformed(compressed(new byte[] {0}), "remote read: protobuf: field number 0 at byte 0");
    assertMalformed(
        compressed(new byte[ReadRequest.MAX_BYTES + 1]),
        "remote read: 4194305 bytes decompressed (expected: at most 4194304)");
    byte[] query = Query.newBuilder().setEndTimestampMs(1).build().toByteArray();
    assertThat(query).hasSize(2);
    byte[] many = new byte[(ReadRequest.MAX_QUERIES + 1) * 4];
    for (int i = 0; i < many.length; i += 4) {
      many[i] = 1 << 3 | 2;
      many[i + 1] = 2;
      System.arraycopy(query, 0, many, i + 2, 2);
    }
    assertMalformed(
        compressed(many),
        "remote read: protobuf: more than 1000 queries (expected: at most that) at byte 4001");
    assertMalformed(
        request(LabelMatcher.newBuilder().setTypeValue(4).setName("a")),
        "remote read: matcher of a has type 4 (expected: 0 to 3)");
    assertMalformed(
        request(LabelMatcher.newBuilder().setType(LabelMatcher.Type.RE).setName("a").setValue("(")),
        "matcher a=~\"(\": missing closing ): `^(?s:()$` (expected: a regular expression of RE2)");
  }

  private static byte[] request(LabelMatcher.Builder matcher) {
    return compressed(
        orzo.remoteread.oracle.ReadRequest.newBuilder()
            .addQueries(Query.newBuilder().addMatchers(matcher))
            .build()
            .toByteArray());
  }

  private static void assertMalformed(byte[] body, String message) {
    assertThatThrownBy(() -> ReadRequest.decode(body))
        .isInstanceOf(GatewayException.class)
        .hasMessage(message)
        .extracting(e -> ((GatewayException) e).kind())
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  void decode_damagedRequests_areReadOrMalformed() {
    byte[] whole = REQUEST.toByteArray();
    int malformed = 0;
    for (long seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        ReadRequest.decode(compressed(damaged));
      } catch (GatewayException e) {
        assertThat(e.kind()).as("seed %d", seed).isEqualTo(Kind.MALFORMED);
        malformed++;
      }
    }
    assertThat(malformed).isBetween(2_000, 5_000);
  }

  @Test
  void negotiate_takesTheFirstThatThereIs() {
    assertThat(ResponseType.negotiate(List.of())).isEqualTo(ResponseType.SAMPLES);
    assertThat(ResponseType.negotiate(List.of(0, 1))).isEqualTo(ResponseType.SAMPLES);
    assertThat(ResponseType.negotiate(List.of(9, 1, 0)))
        .isEqualTo(ResponseType.STREAMED_XOR_CHUNKS);
    assertThatThrownBy(() -> ResponseType.negotiate(List.of(7, -1)))
        .hasMessage(
            "server does not support any of the requested response types: [7, -1]; supported:"
                + " [SAMPLES (0), STREAMED_XOR_CHUNKS (1)]");
  }
}
