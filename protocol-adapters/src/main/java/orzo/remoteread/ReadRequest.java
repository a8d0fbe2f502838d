package orzo.remoteread;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import orzo.index.Matcher;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.SnappyBlock;
import orzo.wire.WireReader;

/**
 * What a Prometheus asks for: the message {@code ReadRequest} of its remote-read protocol.
 *
 * @param queries each is answered by a list of series of its own
 * @param acceptedTypes numbers of {@link ResponseType}s in the client's order
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/">Remote Read
 *     API</a>
 */
public record ReadRequest(List<ReadQuery> queries, List<Integer> acceptedTypes) {
  /** The most bytes of a request, compressed or not: no query needs a hundredth of it. */
  public static final int MAX_BYTES = 4 << 20;

  /** The most queries in a request; Prometheus sends one. */
  public static final int MAX_QUERIES = 1000;

  private static final String PROTOCOL = "remote read";

  private static final int QUERY = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int ACCEPTED_TYPE = 2 << 3 | WireReader.VARINT;
  private static final int ACCEPTED_TYPES = 2 << 3 | WireReader.LENGTH_DELIMITED;

  private static final int START = 1 << 3 | WireReader.VARINT;
  private static final int END = 2 << 3 | WireReader.VARINT;
  private static final int MATCHER = 3 << 3 | WireReader.LENGTH_DELIMITED;

  private static final int TYPE = 1 << 3 | WireReader.VARINT;
  private static final int NAME = 2 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int VALUE = 3 << 3 | WireReader.LENGTH_DELIMITED;

  // Numbered as the protocol does.
  private static final Matcher.Operation[] OPERATIONS = {
    Matcher.Operation.EQUAL,
    Matcher.Operation.NOT_EQUAL,
    Matcher.Operation.MATCHES,
    Matcher.Operation.NOT_MATCHES
  };

  /** Keeps copies. */
  public ReadRequest {
    queries = List.copyOf(queries);
    acceptedTypes = List.copyOf(acceptedTypes);
  }

  /**
   * Decompresses and reads a request.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for what is no Snappy block of such a message,
   *     or is beyond {@link #MAX_BYTES} or {@link #MAX_QUERIES}
   */
  public static ReadRequest decode(byte[] body) {
    long length = SnappyBlock.declaredLength(PROTOCOL, body, body.length);
    if (length > MAX_BYTES) {
      throw new GatewayException(
          Kind.MALFORMED,
          PROTOCOL + ": " + length + " bytes decompressed (expected: at most " + MAX_BYTES + ")");
    }
    byte[] plain = new byte[(int) length];
    SnappyBlock.decompress(PROTOCOL, body, body.length, plain);
    return parse(plain);
  }

  private static ReadRequest parse(byte[] bytes) {
    WireReader reader = new WireReader(PROTOCOL);
    reader.reset(bytes, 0);
    List<ReadQuery> queries = new ArrayList<>();
    List<Integer> accepted = new ArrayList<>();
    while (reader.position < bytes.length) {
      int tag = reader.tag(bytes.length);
      switch (tag) {
        case QUERY -> {
          if (queries.size() == MAX_QUERIES) {
            throw reader.malformed(
                "more than " + MAX_QUERIES + " queries (expected: at most that)", reader.position);
          }
          queries.add(query(reader, reader.delimited(bytes.length)));
        }
        case ACCEPTED_TYPE -> accepted.add((int) reader.varint(bytes.length));
        case ACCEPTED_TYPES -> {
          int end = reader.delimited(bytes.length);
          while (reader.position < end) {
            accepted.add((int) reader.varint(end));
          }
        }
        default -> reader.skip(tag, bytes.length);
      }
    }
    return new ReadRequest(queries, accepted);
  }

  private static ReadQuery query(WireReader reader, int end) {
    long startMillis = 0;
    long endMillis = 0;
    List<Matcher> matchers = new ArrayList<>();
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case START -> startMillis = reader.varint(end);
        case END -> endMillis = reader.varint(end);
        case MATCHER -> matchers.add(matcher(reader, reader.delimited(end)));
        default -> reader.skip(tag, end); // hints, which ask for nothing else
      }
    }
    return new ReadQuery(startMillis, endMillis, matchers);
  }

  private static Matcher matcher(WireReader reader, int end) {
    long type = 0;
    String name = "";
    String value = "";
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case TYPE -> type = reader.varint(end);
        case NAME -> name = text(reader, end);
        case VALUE -> value = text(reader, end);
        default -> reader.skip(tag, end);
      }
    }
    if (type < 0 || type >= OPERATIONS.length) {
      throw new GatewayException(
          Kind.MALFORMED,
          PROTOCOL + ": matcher of " + name + " has type " + type + " (expected: 0 to 3)");
    }
    return Matcher.of(name, OPERATIONS[(int) type], value);
  }

  private static String text(WireReader reader, int end) {
    int to = reader.delimited(end);
    int from = reader.position;
    reader.position = to;
    return new String(reader.bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
