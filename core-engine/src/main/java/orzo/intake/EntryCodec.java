package orzo.intake;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.encoding.LittleEndian;
import orzo.histogram.HistogramCodec;
import orzo.histogram.NativeHistogram;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Backlog entries: many samples of one sack, in the order in which they were accepted, as few bytes
 * as can be had in a few nanoseconds each, since every byte passes Redis and its append-only file.
 *
 * <p>An entry is a version byte (1 or 2), the samples, and a CRC32C of all that (4 bytes,
 * little-endian like all words). A sample is
 *
 * <pre>
 * tag        varint: bits 0-2 the value's form, bit 3 set if the timestamp is the one before,
 *            from bit 4 on the series as zigzag difference to the one before
 * timestamp  unless bit 3 is set: zigzag varint, milliseconds, difference to the one before
 * value      form 0: nothing, the value is 0.0; forms 1-5: an integer of 1, 2, 3, 4 or 6 bytes,
 *            two's complement; form 6: the upper 4 bytes of a double of which the lower are 0;
 *            form 7: a double's 8 bytes
 * </pre>
 *
 * <p>An entry of version 2 has, between samples and checksum, what some of them have besides, and
 * its length in bytes (4 bytes). A histogram's sum is its sample's value:
 *
 * <pre>
 * tag        varint: bit 0 set for a start timestamp, bit 1 for a histogram, from bit 2 on how many
 *            samples were passed since the one before that has any
 * start      zigzag varint, milliseconds, difference to the start timestamp before
 * histogram  length in bytes as varint, then as {@link HistogramCodec} writes it
 * </pre>
 *
 * <p>Before the first sample stand series 0 and timestamp 0, also as start. Samples of one scrape
 * share their timestamp and have neighbouring series, so that tag and timestamp take one byte
 * together.
 */
public final class EntryCodec {
  static final int VERSION = 1;
  static final int VERSION_WITH_EXTRAS = 2;
  static final int CHECKSUM_BYTES = 4;

  private static final int HAS_START = 1;
  private static final int HAS_HISTOGRAM = 2;
  private static final int GAP_SHIFT = 2;

  private static final int FORM_MASK = 7;
  private static final int SAME_TIMESTAMP = 8;
  private static final int SERIES_SHIFT = 4;
  private static final int FORM_UPPER_HALF = 6;
  private static final int FORM_DOUBLE = 7;
  private static final int[] FORM_BYTES = {0, 1, 2, 3, 4, 6, 4, 8};

  /** The form of an integer by the bits that its two's complement needs besides the sign. */
  private static final byte[] FORM_BY_BITS = new byte[Long.SIZE];

  static {
    for (int bits = 0; bits < Long.SIZE; bits++) {
      int form = bits == 0 ? 1 : 0;
      while (form < FORM_UPPER_HALF && FORM_BYTES[form] * 8 <= bits) {
        form++;
      }
      FORM_BY_BITS[bits] = (byte) (form == FORM_UPPER_HALF ? FORM_DOUBLE : form);
    }
  }

  private EntryCodec() {}

  /** Collects samples into an entry. Keeps its room; not safe for many threads. */
  public static final class Writer {
    /** A tag of 38 bits, a timestamp of 64 and a value. */
    private static final int MAX_SAMPLE_BYTES = 6 + ByteArrayWriter.MAX_VARINT_BYTES + 8;

    private final ByteArrayWriter out;
    private final CRC32C checksum = new CRC32C();
    private final ByteArrayWriter extras = new ByteArrayWriter(0);
    private final ByteArrayWriter histogramBytes = new ByteArrayWriter(0);
    private int samples;
    private int previousSeries;
    private long previousMillis;
    private int samplesWithExtrasSeen;
    private long previousStartMillis;

    /** Creates a writer without samples that has room for {@code capacityBytes}. */
    public Writer(int capacityBytes) {
      out = new ByteArrayWriter(capacityBytes);
      clear();
    }

    /** Forgets all samples. */
    public void clear() {
      out.clear();
      out.writeByte(VERSION);
      samples = 0;
      previousSeries = 0;
      previousMillis = 0;
      extras.clear();
      samplesWithExtrasSeen = 0;
      previousStartMillis = 0;
    }

    /** How many samples were added. */
    public int samples() {
      return samples;
    }

    /** How many bytes the entry has so far. */
    public int bytes() {
      return out.size() + CHECKSUM_BYTES + (extras.size() > 0 ? extras.size() + Integer.BYTES : 0);
    }

    /** Adds a sample. */
    public void add(int series, long timestampMillis, double value) {
      out.reserve(MAX_SAMPLE_BYTES);
      byte[] bytes = out.array();
      int start = out.size();

      long bits = Double.doubleToRawLongBits(value);
      long integer = (long) value;
      int form;
      if (Double.doubleToRawLongBits((double) integer) == bits) {
        int needed = Long.SIZE - Long.numberOfLeadingZeros(integer ^ integer >> 63);
        form = integer == 0 ? 0 : FORM_BY_BITS[needed];
      } else {
        form = (int) bits == 0 ? FORM_UPPER_HALF : FORM_DOUBLE;
      }
      long word = form < FORM_UPPER_HALF ? integer : form == FORM_DOUBLE ? bits : bits >>> 32;

      long tag =
          ByteArrayWriter.zigzag((long) series - previousSeries) << SERIES_SHIFT
              | (timestampMillis == previousMillis ? SAME_TIMESTAMP : 0)
              | form;
      int at = putVarint(bytes, start, tag);
      if (timestampMillis != previousMillis) {
        at = putVarint(bytes, at, ByteArrayWriter.zigzag(timestampMillis - previousMillis));
        previousMillis = timestampMillis;
      }
      LittleEndian.putLong(bytes, at, word);
      out.advance(at + FORM_BYTES[form] - start);
      previousSeries = series;
      samples++;
    }

    /**
     * Adds what the last sample has besides, nothing if that is nothing.
     *
     * @param startMillis its start timestamp, 0 for none
     * @param histogram whose sum the sample's value is
     */
    public void addExtras(long startMillis, @Nullable NativeHistogram histogram) {
      if (startMillis == 0 && histogram == null) {
        return;
      }
      int gap = samples - 1 - samplesWithExtrasSeen;
      samplesWithExtrasSeen = samples;
      extras.writeVarint(
          (long) gap << GAP_SHIFT
              | (startMillis == 0 ? 0 : HAS_START)
              | (histogram == null ? 0 : HAS_HISTOGRAM));
      if (startMillis != 0) {
        extras.writeZigzag(startMillis - previousStartMillis);
        previousStartMillis = startMillis;
      }
      if (histogram != null) {
        histogramBytes.clear();
        HistogramCodec.write(histogram, histogramBytes);
        extras.writeVarint(histogramBytes.size());
        extras.writeBytes(histogramBytes.array(), 0, histogramBytes.size());
      }
    }

    private static int putVarint(byte[] bytes, int offset, long value) {
      int at = offset;
      while ((value & ~0x7fL) != 0) {
        bytes[at++] = (byte) (value | 0x80);
        value >>>= 7;
      }
      bytes[at++] = (byte) value;
      return at;
    }

    /** The entry of the samples so far, a new array; more can be added afterwards. */
    public byte[] toEntry() {
      int size = out.size();
      if (extras.size() > 0) {
        out.array()[0] = VERSION_WITH_EXTRAS;
        out.writeBytes(extras.array(), 0, extras.size());
        out.writeInt(extras.size());
      }
      checksum.reset();
      checksum.update(out.array(), 0, out.size());
      out.writeInt((int) checksum.getValue());
      byte[] entry = out.toByteArray();
      out.truncate(size);
      out.array()[0] = VERSION;
      return entry;
    }
  }

  /**
   * Appends the samples of an entry.
   *
   * @throws GatewayException {@link Kind#CORRUPT}, naming the byte, for bytes that no writer wrote;
   *     {@code into} then has what it had
   */
  public static void read(byte[] entry, EntrySamples into) {
    int size = into.size;
    try {
      ByteArrayReader in = verified(entry);
      if (entry[0] == VERSION) {
        readSamples(in, into);
      } else {
        int extrasEnd = in.limit() - Integer.BYTES;
        int extrasAt = extrasStart(in, extrasEnd);
        in.reset(1, extrasAt);
        readSamples(in, into);
        in.reset(extrasAt, extrasEnd);
        readExtras(in, into, size);
      }
    } catch (GatewayException e) {
      into.truncate(size);
      throw new GatewayException(Kind.CORRUPT, "backlog entry, " + e.getMessage(), e);
    }
  }

  private static ByteArrayReader verified(byte[] entry) {
    if (entry.length < 1 + CHECKSUM_BYTES) {
      throw ByteArrayReader.corrupt(
          entry.length, "entry has " + entry.length + " bytes (expected: at least 5)");
    }
    if (entry[0] != VERSION && entry[0] != VERSION_WITH_EXTRAS) {
      throw ByteArrayReader.corrupt(0, "version is " + (entry[0] & 0xff) + " (expected: 1 or 2)");
    }
    int end = entry.length - CHECKSUM_BYTES;
    CRC32C checksum = new CRC32C();
    checksum.update(entry, 0, end);
    if ((int) checksum.getValue() != LittleEndian.getInt(entry, end)) {
      throw ByteArrayReader.corrupt(end, "checksum does not match the entry");
    }
    return new ByteArrayReader(entry, 1, end);
  }

  /** Where in an entry of version 2 the samples end. */
  private static int extrasStart(ByteArrayReader in, int extrasEnd) {
    if (extrasEnd < in.position()) {
      throw ByteArrayReader.corrupt(
          in.position(), "the entry ends before the length of its extras");
    }
    int length = LittleEndian.getInt(in.array(), extrasEnd);
    if (length < 0 || length > extrasEnd - in.position()) {
      throw ByteArrayReader.corrupt(
          extrasEnd,
          "extras have " + length + " bytes (expected: 0.." + (extrasEnd - in.position()) + ")");
    }
    return extrasEnd - length;
  }

  private static void readExtras(ByteArrayReader in, EntrySamples into, int from) {
    int next = from;
    long start = 0;
    while (in.remaining() > 0) {
      int tagAt = in.position();
      long tag = in.readVarint();
      long gap = tag >>> GAP_SHIFT;
      if (gap >= into.size - next) {
        throw ByteArrayReader.corrupt(tagAt, "extras of a sample that is not there");
      }
      next += (int) gap;
      long startMillis = 0;
      if ((tag & HAS_START) != 0) {
        start += in.readZigzag();
        startMillis = start;
      }
      NativeHistogram histogram = null;
      if ((tag & HAS_HISTOGRAM) != 0) {
        int length = in.readVarint("length of a histogram", 1, in.remaining());
        int end = in.position() + length;
        histogram = HistogramCodec.read(in, into.values[next]);
        if (in.position() != end) {
          throw ByteArrayReader.corrupt(end, "a histogram has not the length that was said");
        }
      }
      into.extrasToSet().set(next++, startMillis, histogram);
    }
  }

  private static void readSamples(ByteArrayReader in, EntrySamples into) {
    long series = 0;
    long millis = 0;
    while (in.remaining() > 0) {
      int tagAt = in.position();
      long tag = in.readVarint();
      long zigzag = tag >>> SERIES_SHIFT;
      series += zigzag >>> 1 ^ -(zigzag & 1);
      if ((int) series != series) {
        throw ByteArrayReader.corrupt(tagAt, "series is " + series + " (expected: 32 bits)");
      }
      if ((tag & SAME_TIMESTAMP) == 0) {
        millis += in.readZigzag();
      }
      double value = readValue(in, (int) tag & FORM_MASK);
      if (into.size == into.series.length) {
        into.grow();
      }
      into.series[into.size] = (int) series;
      into.timestampsMillis[into.size] = millis;
      into.values[into.size++] = value;
    }
  }

  private static double readValue(ByteArrayReader in, int form) {
    int length = FORM_BYTES[form];
    byte[] bytes = in.array();
    int at = in.skip(length);
    long word;
    if (at + Long.BYTES <= bytes.length) {
      word = LittleEndian.getLong(bytes, at);
    } else {
      word = 0;
      for (int i = length - 1; i >= 0; i--) {
        word = word << 8 | bytes[at + i] & 0xff;
      }
    }
    if (form < FORM_UPPER_HALF) {
      int unused = Long.SIZE - 8 * length;
      return length == 0 ? 0.0 : (double) (word << unused >> unused);
    }
    return Double.longBitsToDouble(form == FORM_DOUBLE ? word : word << 32);
  }
}
