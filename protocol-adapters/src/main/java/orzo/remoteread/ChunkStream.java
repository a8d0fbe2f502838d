package orzo.remoteread;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import orzo.encoding.ByteArrayWriter;
import orzo.metric.Labels;
import orzo.metric.Tenant;
import orzo.read.Selection;
import orzo.read.SeriesReader;
import orzo.wire.WireFields;

/**
 * Answers a request with a stream of frames, each of which has a length, a checksum and a message
 * {@code ChunkedReadResponse} with some chunks of one series. Series come in ascending order of
 * labels. They are read some at a time, as many as have a few megabytes of chunks, so that memory
 * does not depend on how many there are.
 */
public final class ChunkStream {
  private static final int CHUNKED_SERIES = 1;
  private static final int QUERY_INDEX = 2;
  private static final int LABELS = 1;
  private static final int CHUNKS = 2;

  private static final int FIRST_PART = 64; // series
  private static final int MAX_PART = 4096;
  private static final long WANTED_PART_BYTES = 4 << 20;

  private final SeriesReader reader;
  private final int maxFrameBytes;
  private final ReadMeter meter;
  private final OutputStream stream;
  private final ByteArrayWriter chunk = new ByteArrayWriter(1024);
  private final ByteArrayWriter series = new ByteArrayWriter(1 << 16);
  private final ByteArrayWriter frame = new ByteArrayWriter(1 << 16);

  /** Creates an answer that goes to {@code stream}, which stays open. */
  public ChunkStream(SeriesReader reader, int maxFrameBytes, ReadMeter meter, OutputStream stream) {
    this.reader = reader;
    this.maxFrameBytes = maxFrameBytes;
    this.meter = meter;
    this.stream = stream;
  }

  /**
   * Reads and writes all that is asked for.
   *
   * @throws IOException from the stream
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#LIMIT} beyond a bound; others
   *     from storage
   */
  public void write(Tenant tenant, List<ReadQuery> queries) throws IOException {
    for (int i = 0; i < queries.size(); i++) {
      ReadQuery query = queries.get(i);
      Selection selection = reader.select(tenant, query.matchers());
      int size = FIRST_PART;
      int from = 0;
      while (from < selection.size()) {
        int to = (int) Math.min(selection.size(), (long) from + size);
        long bytes = write(selection.part(from, to), query, i);
        from = to;
        if (bytes > WANTED_PART_BYTES) {
          size = Math.max(1, size / 2);
        } else if (bytes < WANTED_PART_BYTES / 4) {
          size = Math.min(MAX_PART, 2 * size);
        }
      }
    }
  }

  private long write(Selection part, ReadQuery query, int queryIndex) throws IOException {
    @Nullable List<Chunk>[] chunks = newLists(part.size());
    part.scan(
        query.startMillis(),
        query.endMillis(),
        meter,
        (i, samples) -> {
          List<Chunk> encoded = new ChunkEncoder().encode(samples);
          meter.hold(bytes(encoded));
          chunks[i] = encoded;
        });
    long bytes = 0;
    for (int i = 0; i < chunks.length; i++) {
      List<Chunk> encoded = chunks[i];
      if (encoded != null) {
        write(part.labels(i), encoded, queryIndex);
        bytes += bytes(encoded);
      }
    }
    meter.release(bytes);
    return bytes;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
  private static @Nullable List<Chunk>[] newLists(int size) {
    return new List[size];
  }

  private static long bytes(List<Chunk> chunks) {
    long bytes = 0;
    for (Chunk chunk : chunks) {
      bytes += chunk.bytes().length;
    }
    return bytes;
  }

  private void write(Labels labels, List<Chunk> chunks, int queryIndex) throws IOException {
    int room = maxFrameBytes - SeriesMessage.labelBytes(labels);
    List<Chunk> framed = new ArrayList<>();
    int left = room;
    for (int i = 0; i < chunks.size(); i++) {
      framed.add(chunks.get(i));
      left -= encode(chunks.get(i));
      if (left <= 0 || i == chunks.size() - 1) {
        writeFrame(labels, framed, queryIndex);
        framed.clear();
        left = room;
      }
    }
  }

  private int encode(Chunk one) {
    chunk.clear();
    SeriesMessage.varint(1, one.minMillis(), chunk);
    SeriesMessage.varint(2, one.maxMillis(), chunk);
    SeriesMessage.varint(3, one.encoding().number(), chunk);
    WireFields.bytes(4, one.bytes(), chunk);
    return chunk.size();
  }

  private void writeFrame(Labels labels, List<Chunk> chunks, int queryIndex) throws IOException {
    series.clear();
    SeriesMessage.labels(LABELS, labels, series);
    for (Chunk one : chunks) {
      int _ = encode(one);
      WireFields.message(CHUNKS, chunk, series);
    }
    frame.clear();
    WireFields.message(CHUNKED_SERIES, series, frame);
    SeriesMessage.varint(QUERY_INDEX, queryIndex, frame);
    CRC32C checksum = new CRC32C();
    checksum.update(frame.array(), 0, frame.size());
    series.clear();
    series.writeVarint(frame.size());
    series.writeInt(Integer.reverseBytes((int) checksum.getValue())); // big-endian
    stream.write(series.array(), 0, series.size());
    stream.write(frame.array(), 0, frame.size());
  }
}
