package orzo.remotewrite;

import java.util.Arrays;
import orzo.encoding.ByteArrayWriter;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.WireReader;

/**
 * Walks a {@code prometheus.WriteRequest} in place. The labels of a series are not parsed: their
 * bytes are what the series cache is asked for, and only those it does not know are checked and
 * copied out. Not safe for many threads.
 *
 * <p>Field order, repeated fields, defaults that are left out and unknown fields are read as
 * protobuf defines them. A known field with a wrong wire type is malformed, as it is to Prometheus,
 * and not an unknown field: what it meant to say would be lost.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Remote write 1.0</a>
 */
final class WriteRequestDecoder {
  // A tag is a field number and a wire type; these all fit one byte.
  private static final int TIMESERIES = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int METADATA = 3 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int LABEL = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int SAMPLE = 2 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int EXEMPLAR = 3 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int HISTOGRAM = 4 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int VALUE = 1 << 3 | WireReader.FIXED64;
  private static final int TIMESTAMP = 2 << 3 | WireReader.VARINT;
  private static final int EXEMPLAR_VALUE = 2 << 3 | WireReader.FIXED64;
  private static final int EXEMPLAR_TIMESTAMP = 3 << 3 | WireReader.VARINT;

  /** How much room for gathered labels stays from one request to the next. */
  private static final int MAX_KEPT_BYTES = 64 << 10;

  private final SeriesSink sink;
  private final MetadataCache metadataCache;
  private final int maxMetadata;
  private final WireReader reader = new WireReader("remote write");
  private byte[] gathered = new byte[0];
  private ByteArrayWriter exemplarLabels = new ByteArrayWriter(0);

  // The request being walked.
  private Tenant tenant = Tenant.DEFAULT;
  private DecodedWrite into = new DecodedWrite(0);

  /**
   * Creates a decoder.
   *
   * @param maxSamples how many samples and counts of buckets, and how many pieces of metadata a
   *     request may have
   */
  WriteRequestDecoder(SeriesCache cache, MetadataCache metadataCache, int maxSamples) {
    this.sink = new SeriesSink(cache, maxSamples);
    this.metadataCache = metadataCache;
    this.maxMetadata = maxSamples;
  }

  /**
   * Decodes the request in {@code bytes[0, length)}.
   *
   * @param into receives what was found; empty before, and to be cleared after an exception
   * @throws GatewayException {@link Kind#MALFORMED} for a message that breaks the wire format,
   *     {@link Kind#LIMIT} for too many samples or pieces of metadata
   */
  void decode(Tenant tenant, byte[] bytes, int length, DecodedWrite into) {
    this.tenant = tenant;
    this.into = into;
    reader.reset(bytes, 0);
    sink.begin(tenant, into);
    try {
      while (reader.position < length) {
        int tag = reader.tag(length);
        switch (tag) {
          case TIMESERIES -> series(reader.delimited(length));
          case METADATA -> metadata(reader.delimited(length));
          default -> skipUnknown(tag, length, TIMESERIES, METADATA, "a field of WriteRequest");
        }
      }
    } finally {
      reader.clear();
      if (gathered.length > MAX_KEPT_BYTES) {
        gathered = new byte[0];
      }
      if (exemplarLabels.array().length > MAX_KEPT_BYTES) {
        exemplarLabels = new ByteArrayWriter(0);
      }
      sink.end();
    }
  }

  private void series(int end) {
    sink.beginSeries();
    int start = reader.position;
    byte[] bytes = reader.bytes;
    int expected = sink.expect(bytes, start, end);
    boolean known = expected >= 0 && (start + expected == end || bytes[start + expected] != LABEL);
    if (known) {
      reader.position = start + expected;
    } else {
      while (reader.position < end && bytes[reader.position] == LABEL) {
        reader.position++;
        reader.position = reader.delimited(end);
      }
    }
    sink.labels(bytes, start, reader.position, known);
    if (!fields(end, false)) {
      // Labels that do not stand together at the start: gather them and walk once more.
      sink.restartSeries();
      int gatheredEnd = gather(start, end);
      sink.labels(gathered, 0, gatheredEnd, false);
      reader.position = start;
      fields(end, true);
    }
    sink.endSeries();
  }

  /** Reads a series' fields behind its labels; false when labels come among them. */
  private boolean fields(int end, boolean skipLabels) {
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case SAMPLE -> sample(reader.delimited(end));
        case LABEL -> {
          if (!skipLabels) {
            return false;
          }
          reader.position = reader.delimited(end);
        }
        case EXEMPLAR -> exemplar(reader.delimited(end));
        case HISTOGRAM -> sink.histogram(reader, reader.delimited(end), 0);
        default -> {
          if (tag >>> 3 <= 4) {
            reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of TimeSeries");
          }
          reader.skip(tag, end);
        }
      }
    }
    return true;
  }

  private void sample(int end) {
    long bits = 0; // a field that is left out has its default, zero
    long timestampMillis = 0;
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case VALUE -> bits = reader.fixed64(end);
        case TIMESTAMP -> timestampMillis = reader.varint(end);
        default -> skipUnknown(tag, end, VALUE, TIMESTAMP, "a field of Sample");
      }
    }
    // Not a number with a payload stays what it is: a staleness marker is one.
    sink.sample(timestampMillis, Double.longBitsToDouble(bits));
  }

  /** Its fields have the numbers of a series' labels and samples: labels, value, timestamp. */
  private void exemplar(int end) {
    exemplarLabels.clear();
    long bits = 0;
    long timestampMillis = 0;
    while (reader.position < end) {
      int start = reader.position;
      int tag = reader.tag(end);
      switch (tag) {
        case LABEL -> {
          reader.position = reader.delimited(end);
          exemplarLabels.writeBytes(reader.bytes, start, reader.position - start);
        }
        case EXEMPLAR_VALUE -> bits = reader.fixed64(end);
        case EXEMPLAR_TIMESTAMP -> timestampMillis = reader.varint(end);
        default -> {
          if (tag >>> 3 == LABEL >>> 3) {
            reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of Exemplar");
          }
          skipUnknown(tag, end, EXEMPLAR_VALUE, EXEMPLAR_TIMESTAMP, "a field of Exemplar");
        }
      }
    }
    sink.exemplar(
        exemplarLabels.array(),
        0,
        exemplarLabels.size(),
        Double.longBitsToDouble(bits),
        timestampMillis);
  }

  private int gather(int start, int end) {
    int size = 0;
    if (gathered.length < end - start) {
      gathered = new byte[end - start];
    }
    reader.position = start;
    while (reader.position < end) {
      int fieldStart = reader.position;
      int tag = reader.tag(end);
      reader.skip(tag, end);
      if (tag == LABEL) {
        int length = reader.position - fieldStart;
        System.arraycopy(reader.bytes, fieldStart, gathered, size, length);
        size += length;
      }
    }
    return size;
  }

  private void metadata(int end) {
    int start = reader.position;
    reader.position = end;
    // Once one is new, all that follow are taken: a later statement about the same metric name
    // wins.
    if (!metadataCache.isKnown(tenant, reader.bytes, start, end) || !into.metadata.isEmpty()) {
      if (into.metadata.size() == maxMetadata) {
        throw new GatewayException(
            Kind.LIMIT,
            "remote write: more than " + maxMetadata + " pieces of metadata in one request");
      }
      into.addMetadata(Arrays.copyOfRange(reader.bytes, start, end));
    }
  }

  private void skipUnknown(int tag, int end, int first, int second, String field) {
    int number = tag >>> 3;
    if (number == first >>> 3) {
      reader.expectType(tag, first & 7, field);
    } else if (number == second >>> 3) {
      reader.expectType(tag, second & 7, field);
    }
    reader.skip(tag, end);
  }
}
