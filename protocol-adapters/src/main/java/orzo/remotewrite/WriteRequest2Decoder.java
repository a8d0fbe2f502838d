package orzo.remotewrite;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.encoding.ByteArrayWriter;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.WireReader;

/**
 * Walks an {@code io.prometheus.write.v2.Request} in place. Labels are references to the request's
 * table of symbols, and other ones in each request. So the labels of each series are put together
 * as remote write 1.0 has them, which is what the series cache is asked for: a series is one entry,
 * whichever protocol it comes by. Not safe for many threads.
 *
 * <p>Field order, repeated fields, defaults that are left out and unknown fields are read as
 * protobuf defines them. A known field with a wrong wire type is malformed.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/">Remote write 2.0</a>
 */
final class WriteRequest2Decoder {
  private static final int LAST_RESERVED = 3; // what remote write 1.0 has its series in
  private static final int SYMBOL = 4 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int TIMESERIES = 5 << 3 | WireReader.LENGTH_DELIMITED;

  private static final int LABELS_REFS = 1;
  private static final int SAMPLE = 2 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int HISTOGRAM = 3 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int EXEMPLAR = 4 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int METADATA = 5 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int CREATED_TIMESTAMP = 6 << 3 | WireReader.VARINT;

  private static final int VALUE = 1 << 3 | WireReader.FIXED64;
  private static final int TIMESTAMP = 2 << 3 | WireReader.VARINT;
  private static final int START_TIMESTAMP = 3 << 3 | WireReader.VARINT;

  private static final int EXEMPLAR_VALUE = 2 << 3 | WireReader.FIXED64;
  private static final int EXEMPLAR_TIMESTAMP = 3 << 3 | WireReader.VARINT;

  private static final int TYPE = 1 << 3 | WireReader.VARINT;
  private static final int HELP_REF = 3 << 3 | WireReader.VARINT;
  private static final int UNIT_REF = 4 << 3 | WireReader.VARINT;
  private static final int TYPE_HISTOGRAM = 3;
  private static final int TYPE_SUMMARY = 5;

  // Fields of remote write 1.0.
  private static final int LABEL = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int FIRST_TEXT = 1 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int SECOND_TEXT = 2 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int HELP = 4 << 3 | WireReader.LENGTH_DELIMITED;
  private static final int UNIT = 5 << 3 | WireReader.LENGTH_DELIMITED;

  private static final byte[] METRIC_NAME = "__name__".getBytes(StandardCharsets.UTF_8);
  private static final byte[][] HISTOGRAM_PARTS = suffixes("_bucket", "_count", "_sum");
  private static final byte[][] SUMMARY_PARTS = suffixes("_count", "_sum");

  /** How much room stays from one request to the next. */
  private static final int MAX_KEPT = 64 << 10;

  private static final int NONE = -1;

  private final SeriesSink sink;
  private final MetadataCache metadataCache;
  private final int maxMetadata;
  private final WireReader reader = new WireReader("remote write");
  private ByteArrayWriter labels = new ByteArrayWriter(512);
  private ByteArrayWriter exemplarLabels = new ByteArrayWriter(128);
  private final ByteArrayWriter message = new ByteArrayWriter(512);

  // Where each symbol starts and ends.
  private int[] symbolStarts = new int[256];
  private int[] symbolEnds = new int[256];
  private int symbols;

  // The request and series being walked.
  private Tenant tenant = Tenant.DEFAULT;
  private DecodedWrite into = new DecodedWrite(0);
  private int openName; // reference of a label name whose value has not come yet, or NONE
  private int metricName; // reference of the series' name, or NONE
  private long createdMillis;
  private int type;
  private int help;
  private int unit;
  private int describedName; // what the last series' metadata was about, and said
  private int describedType;
  private int describedHelp;
  private int describedUnit;

  /**
   * Creates a decoder.
   *
   * @param maxSamples how many samples and counts of buckets, and how many pieces of metadata a
   *     request may have
   */
  WriteRequest2Decoder(SeriesCache cache, MetadataCache metadataCache, int maxSamples) {
    this.sink = new SeriesSink(cache, maxSamples);
    this.metadataCache = metadataCache;
    this.maxMetadata = maxSamples;
  }

  private static byte[][] suffixes(String... suffixes) {
    return Arrays.stream(suffixes)
        .map(suffix -> suffix.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }

  /**
   * Decodes the request in {@code bytes[0, length)}.
   *
   * @param into receives what was found; empty before, and to be cleared after an exception
   * @throws GatewayException {@link Kind#MALFORMED} for a message that breaks the wire format or
   *     refers to symbols that are not there, {@link Kind#LIMIT} for too many samples or pieces of
   *     metadata
   */
  void decode(Tenant tenant, byte[] bytes, int length, DecodedWrite into) {
    this.tenant = tenant;
    this.into = into;
    sink.begin(tenant, into);
    describedName = NONE;
    try {
      reader.reset(bytes, 0);
      readSymbols(length);
      reader.reset(bytes, 0);
      while (reader.position < length) {
        int tag = reader.tag(length);
        if (tag == TIMESERIES) {
          series(reader.delimited(length));
        } else {
          reader.skip(tag, length);
        }
      }
    } finally {
      reader.clear();
      sink.end();
      if (symbolStarts.length > MAX_KEPT) {
        symbolStarts = new int[256];
        symbolEnds = new int[256];
      }
      if (labels.array().length > MAX_KEPT) {
        labels = new ByteArrayWriter(512);
      }
      if (exemplarLabels.array().length > MAX_KEPT) {
        exemplarLabels = new ByteArrayWriter(128);
      }
    }
  }

  /** Passes all fields, since symbols may stand behind what refers to them. */
  private void readSymbols(int length) {
    symbols = 0;
    while (reader.position < length) {
      int at = reader.position;
      int tag = reader.tag(length);
      if (tag == SYMBOL) {
        int end = reader.delimited(length);
        if (symbols == symbolStarts.length) {
          symbolStarts = Arrays.copyOf(symbolStarts, 2 * symbols);
          symbolEnds = Arrays.copyOf(symbolEnds, 2 * symbols);
        }
        symbolStarts[symbols] = reader.position;
        symbolEnds[symbols++] = end;
        reader.position = end;
      } else {
        int number = tag >>> 3;
        if (number <= LAST_RESERVED) {
          throw reader.malformed(
              "field " + number + " of Request, which is remote write 1.0 (expected: 4 or 5)", at);
        }
        if (number == SYMBOL >>> 3 || number == TIMESERIES >>> 3) {
          reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of Request");
        }
        reader.skip(tag, length);
      }
    }
    if (symbols > 0 && symbolStarts[0] != symbolEnds[0]) {
      throw reader.malformed("first symbol is not empty", symbolStarts[0]);
    }
  }

  private void series(int end) {
    sink.beginSeries();
    int start = reader.position;
    labels.clear();
    openName = NONE;
    metricName = NONE;
    createdMillis = 0;
    type = 0;
    help = 0;
    unit = 0;
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case CREATED_TIMESTAMP -> createdMillis = reader.varint(end);
        case METADATA -> metadata(reader.delimited(end));
        default -> {
          if (tag >>> 3 == LABELS_REFS) {
            labelsRefs(tag, end);
          } else {
            if (tag >>> 3 <= METADATA >>> 3) {
              reader.expectType(tag, WireReader.LENGTH_DELIMITED, "a field of TimeSeries");
            } else if (tag >>> 3 == CREATED_TIMESTAMP >>> 3) {
              reader.expectType(tag, WireReader.VARINT, "a field of TimeSeries");
            }
            reader.skip(tag, end);
          }
        }
      }
    }
    if (openName != NONE) {
      throw reader.malformed("labels_refs of a name without a value", start);
    }
    sink.labels(labels.array(), 0, labels.size(), false);
    reader.position = start;
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case SAMPLE -> sample(reader.delimited(end));
        case HISTOGRAM -> sink.histogram(reader, reader.delimited(end), createdMillis);
        case EXEMPLAR -> exemplar(reader.delimited(end));
        default -> reader.skip(tag, end);
      }
    }
    sink.endSeries();
    if (metricName != NONE && (type != 0 || help != 0 || unit != 0)) {
      describe();
    }
  }

  /** Its fields have the numbers of those in version 1.0, but for the labels. */
  private void exemplar(int end) {
    int start = reader.position;
    int seriesName = metricName;
    exemplarLabels.clear();
    ByteArrayWriter seriesLabels = labels;
    labels = exemplarLabels;
    long bits = 0;
    long timestampMillis = 0;
    try {
      while (reader.position < end) {
        int tag = reader.tag(end);
        switch (tag) {
          case EXEMPLAR_VALUE -> bits = reader.fixed64(end);
          case EXEMPLAR_TIMESTAMP -> timestampMillis = reader.varint(end);
          default -> {
            int number = tag >>> 3;
            if (number == LABELS_REFS) {
              labelsRefs(tag, end);
            } else {
              if (number <= EXEMPLAR_TIMESTAMP >>> 3) {
                reader.expectType(
                    tag,
                    number == EXEMPLAR_VALUE >>> 3 ? WireReader.FIXED64 : WireReader.VARINT,
                    "a field of Exemplar");
              }
              reader.skip(tag, end);
            }
          }
        }
      }
    } finally {
      labels = seriesLabels;
      metricName = seriesName;
    }
    if (openName != NONE) {
      throw reader.malformed("labels_refs of a name without a value", start);
    }
    sink.exemplar(
        exemplarLabels.array(),
        0,
        exemplarLabels.size(),
        Double.longBitsToDouble(bits),
        timestampMillis);
  }

  private void labelsRefs(int tag, int end) {
    if ((tag & 7) == WireReader.VARINT) {
      labelsRef(symbol(end));
      return;
    }
    reader.expectType(tag, WireReader.LENGTH_DELIMITED, "labels_refs of TimeSeries");
    int packedEnd = reader.delimited(end);
    while (reader.position < packedEnd) {
      labelsRef(symbol(packedEnd));
    }
  }

  /** Reads a reference and checks it. */
  private int symbol(int end) {
    int at = reader.position;
    long ref = reader.varint(end) & 0xffff_ffffL; // 32 bits, as protobuf reads them
    if (ref >= symbols) {
      throw reader.malformed(
          "symbol " + ref + " (expected: below " + symbols + ", the number of symbols)", at);
    }
    return (int) ref;
  }

  private void labelsRef(int symbol) {
    if (openName == NONE) {
      openName = symbol;
      return;
    }
    int nameStart = symbolStarts[openName];
    int nameLength = symbolEnds[openName] - nameStart;
    int valueLength = symbolEnds[symbol] - symbolStarts[symbol];
    if (nameLength == METRIC_NAME.length
        && Arrays.equals(
            METRIC_NAME, 0, nameLength, reader.bytes, nameStart, nameStart + nameLength)) {
      metricName = symbol;
    }
    labels.writeByte(LABEL);
    labels.writeVarint(
        2L
            + ByteArrayWriter.varintBytes(nameLength)
            + nameLength
            + ByteArrayWriter.varintBytes(valueLength)
            + valueLength);
    write(FIRST_TEXT, openName, labels);
    write(SECOND_TEXT, symbol, labels);
    openName = NONE;
  }

  private void write(int tag, int symbol, ByteArrayWriter out) {
    write(tag, symbolStarts[symbol], symbolEnds[symbol], out);
  }

  private void write(int tag, int start, int end, ByteArrayWriter out) {
    out.writeByte(tag);
    out.writeVarint((long) end - start);
    out.writeBytes(reader.bytes, start, end - start);
  }

  private void sample(int end) {
    long bits = 0; // a field that is left out has its default, zero
    long timestampMillis = 0;
    long startMillis = 0;
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case VALUE -> bits = reader.fixed64(end);
        case TIMESTAMP -> timestampMillis = reader.varint(end);
        case START_TIMESTAMP -> startMillis = reader.varint(end);
        default -> {
          int number = tag >>> 3;
          if (number <= START_TIMESTAMP >>> 3) {
            reader.expectType(
                tag, number == 1 ? WireReader.FIXED64 : WireReader.VARINT, "a field of Sample");
          }
          reader.skip(tag, end);
        }
      }
    }
    // Not a number with a payload stays what it is: a staleness marker is one.
    sink.sample(
        timestampMillis,
        Double.longBitsToDouble(bits),
        startMillis != 0 ? startMillis : createdMillis);
  }

  private void metadata(int end) {
    while (reader.position < end) {
      int tag = reader.tag(end);
      switch (tag) {
        case TYPE -> type = (int) reader.varint(end);
        case HELP_REF -> help = symbol(end);
        case UNIT_REF -> unit = symbol(end);
        default -> {
          int number = tag >>> 3;
          if (number == TYPE >>> 3 || number == HELP_REF >>> 3 || number == UNIT_REF >>> 3) {
            reader.expectType(tag, WireReader.VARINT, "a field of Metadata");
          }
          reader.skip(tag, end);
        }
      }
    }
  }

  /** Takes the series' metadata for those of its metric family, unless they are known. */
  private void describe() {
    if (metricName == describedName
        && type == describedType
        && help == describedHelp
        && unit == describedUnit) {
      return;
    }
    describedName = metricName;
    describedType = type;
    describedHelp = help;
    describedUnit = unit;
    message.clear();
    message.writeByte(TYPE);
    message.writeVarint(type);
    write(SECOND_TEXT, symbolStarts[metricName], familyEnd(), message);
    write(HELP, help, message);
    write(UNIT, unit, message);
    // Once one is new, all that follow are taken: a later statement about the same name wins.
    if (!metadataCache.isKnown(tenant, message.array(), 0, message.size())
        || !into.metadata.isEmpty()) {
      if (into.metadata.size() == maxMetadata) {
        throw new GatewayException(
            Kind.LIMIT,
            "remote write: more than " + maxMetadata + " pieces of metadata in one request");
      }
      into.addMetadata(message.toByteArray());
    }
  }

  /** Where the name of the series' metric family ends: a part of it has a suffix of its own. */
  private int familyEnd() {
    int start = symbolStarts[metricName];
    int end = symbolEnds[metricName];
    byte[][] parts =
        switch (type) {
          case TYPE_HISTOGRAM -> HISTOGRAM_PARTS;
          case TYPE_SUMMARY -> SUMMARY_PARTS;
          default -> new byte[0][];
        };
    for (byte[] part : parts) {
      if (end - start > part.length
          && Arrays.equals(part, 0, part.length, reader.bytes, end - part.length, end)) {
        return end - part.length;
      }
    }
    return end;
  }
}
