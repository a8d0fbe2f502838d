package orzo.remoteread;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;
import orzo.encoding.ByteArrayWriter;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.read.Selection;
import orzo.read.SeriesReader;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.WireFields;

/** Answers a request with one message of raw samples. */
public final class SampleAnswer {
  /** Snappy's blocks, and Java's arrays, end here. */
  private static final long MAX_MESSAGE = Integer.MAX_VALUE - 64;

  private SampleAnswer() {}

  /**
   * Reads all that is asked for.
   *
   * @return the message {@code ReadResponse}, compressed
   * @throws GatewayException {@link Kind#LIMIT} beyond a bound; others from storage
   */
  public static byte[] of(
      SeriesReader reader, Tenant tenant, List<ReadQuery> queries, ReadMeter meter) {
    List<byte[] @Nullable []> results = new ArrayList<>(queries.size());
    long length = 0;
    for (ReadQuery query : queries) {
      byte[] @Nullable [] series = series(reader.select(tenant, query.matchers()), query, meter);
      results.add(series);
      length += ByteArrayWriter.MAX_VARINT_BYTES + resultBytes(series);
    }
    if (length > MAX_MESSAGE) {
      throw new GatewayException(
          Kind.LIMIT, "an answer of " + length + " bytes (expected: at most " + MAX_MESSAGE + ")");
    }
    ByteArrayWriter message = new ByteArrayWriter((int) length);
    for (byte[] @Nullable [] series : results) {
      message.writeByte(1 << 3 | 2);
      message.writeVarint(resultBytes(series));
      for (byte[] one : series) {
        if (one != null) {
          WireFields.bytes(1, one, message);
        }
      }
    }
    return compressed(message);
  }

  private static byte[] @Nullable [] series(Selection selection, ReadQuery query, ReadMeter meter) {
    byte[] @Nullable [] series = new byte[selection.size()][];
    selection.scan(
        query.startMillis(),
        query.endMillis(),
        meter,
        (i, samples) -> {
          Labels labels = selection.labels(i);
          byte[] message = new SeriesMessage().encode(labels, samples);
          meter.hold(message.length);
          series[i] = message;
        });
    return series;
  }

  private static long resultBytes(byte[] @Nullable [] series) {
    long bytes = 0;
    for (byte[] one : series) {
      if (one != null) {
        bytes += 1 + ByteArrayWriter.varintBytes(one.length) + one.length;
      }
    }
    return bytes;
  }

  private static byte[] compressed(ByteArrayWriter message) {
    try {
      byte[] room = new byte[Snappy.maxCompressedLength(message.size())];
      int length = Snappy.compress(message.array(), 0, message.size(), room, 0);
      return Arrays.copyOf(room, length);
    } catch (IOException e) {
      throw new IllegalStateException("Snappy did not compress " + message.size() + " bytes", e);
    }
  }
}
