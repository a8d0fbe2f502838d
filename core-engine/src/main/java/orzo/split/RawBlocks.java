package orzo.split;

import java.util.zip.CRC32C;
import orzo.column.LongColumn;
import orzo.column.ValueColumn;
import orzo.encoding.ByteArrayReader;
import orzo.encoding.LittleEndian;
import orzo.histogram.HistogramColumn;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Walks the blocks of an encoded raw split, see docs/split-format.md. Each block is checked against
 * its checksum before anything is told of it. Not safe for many threads.
 *
 * <p>All methods throw {@link GatewayException} {@link Kind#CORRUPT}, naming split and byte, for
 * bytes that no encoder wrote.
 */
public final class RawBlocks {
  /** The version of the format, in the lower half of a split's first byte. */
  public static final int VERSION = 1;

  static final int STATE_SHIFT = 4;

  /** The most samples that the format allows in a block. */
  public static final int MAX_SAMPLES = 4096;

  static final int CHECKSUM_BYTES = 4;

  // What samples have besides time and value, behind these.
  static final int STARTS = 1;
  static final int HISTOGRAMS = 2;

  private static final RawSplitCodec.State[] STATES = RawSplitCodec.State.values();

  private final long splitStart;
  private final byte[] split;
  private final ByteArrayReader in;
  private final CRC32C checksum = new CRC32C();
  private int offset;
  private int end;
  private int count;
  private long firstOffset;
  private long lastKnownOffset = -1;
  private int columnsAt;

  /**
   * Starts before the first block.
   *
   * @param splitStart the split's start, see {@link RawSplit#startOf}
   */
  public RawBlocks(long splitStart, byte[] split) {
    this.splitStart = splitStart;
    this.split = split;
    in = new ByteArrayReader(split, 0, split.length);
    try {
      state(split);
    } catch (GatewayException e) {
      throw located(e);
    }
    end = 1;
  }

  static RawSplitCodec.State state(byte[] split) {
    if (split.length == 0) {
      throw ByteArrayReader.corrupt(0, "the split is empty");
    }
    int version = split[0] & (1 << STATE_SHIFT) - 1;
    if (version != VERSION) {
      throw ByteArrayReader.corrupt(0, "version is " + version + " (expected: " + VERSION + ")");
    }
    int code = (split[0] & 0xff) >>> STATE_SHIFT;
    for (RawSplitCodec.State state : STATES) {
      if (state.code() == code) {
        return state;
      }
    }
    throw ByteArrayReader.corrupt(0, "state is " + code + " (expected: 0, 3 or 15)");
  }

  /** Moves to the next block; returns false, and stays, if there is none. */
  public boolean next() {
    int start = skipPadding(end);
    if (start == split.length) {
      return false;
    }
    try {
      readHeader(start);
    } catch (GatewayException e) {
      throw located(e);
    }
    return true;
  }

  /** Moves to the last block; returns false if there is none at all. */
  public boolean last() {
    boolean any = count > 0;
    while (next()) {
      any = true;
    }
    return any;
  }

  private int skipPadding(int from) {
    int at = from;
    while (at < split.length && split[at] == 0) {
      at++;
    }
    return at;
  }

  private void readHeader(int start) {
    in.reset(start, split.length);
    int samples = in.readVarint("number of samples", 1, MAX_SAMPLES);
    int lengthAt = in.position();
    int length = in.readVarint("length of the block", CHECKSUM_BYTES + 1, Integer.MAX_VALUE);
    if (length > in.remaining()) {
      throw ByteArrayReader.corrupt(
          lengthAt, "length of the block is " + length + ", " + in.remaining() + " are left");
    }
    int blockEnd = in.position() + length;
    int checksumAt = blockEnd - CHECKSUM_BYTES;
    checksum.reset();
    checksum.update(split, start, checksumAt - start);
    if ((int) checksum.getValue() != LittleEndian.getInt(split, checksumAt)) {
      throw ByteArrayReader.corrupt(checksumAt, "checksum does not match the block");
    }
    in.reset(in.position(), checksumAt);
    int firstAt = in.position();
    int first = in.readVarint("first timestamp", 0, (int) RawSplit.SPAN_MILLIS - 1);
    if (first <= lastKnownOffset) {
      throw ByteArrayReader.corrupt(
          firstAt,
          "first timestamp is "
              + first
              + " (expected: above "
              + lastKnownOffset
              + " of the block before)");
    }
    offset = start;
    end = blockEnd;
    count = samples;
    firstOffset = first;
    lastKnownOffset = first;
    columnsAt = in.position();
  }

  /** Where the block starts, in bytes from the split's start. */
  public int offset() {
    return offset;
  }

  /** Where the block ends, the offset of the byte after its last one; padding may follow. */
  public int end() {
    return end;
  }

  /** How many samples the block has. */
  public int count() {
    return count;
  }

  /** The timestamp of the block's first sample. */
  public long firstMillis() {
    return splitStart + firstOffset;
  }

  /**
   * Whether the block after this one starts at or before a time, so that all samples of this one
   * are earlier. Looks only at the header; {@link #next} checks it.
   */
  boolean endsBefore(long millis) {
    int start = skipPadding(end);
    if (start == split.length) {
      return false;
    }
    in.reset(start, split.length);
    try {
      in.readVarint();
      in.readVarint();
      long next = in.readVarint();
      return next >= 0 && next < RawSplit.SPAN_MILLIS && splitStart + next <= millis;
    } catch (GatewayException e) {
      throw located(e);
    }
  }

  /** Appends the block's samples; appends nothing if it throws. */
  public void decode(SampleBuffer into) {
    if (count == 0) {
      throw new IllegalStateException("no block yet, call next()");
    }
    int size = into.size;
    into.ensureCapacity(size + count);
    long[] integers = into.integers(count);
    try {
      in.reset(columnsAt, end - CHECKSUM_BYTES);
      LongColumn.decode(in, firstMillis(), into.timestampsMillis, size, count);
      checkTimestamps(into.timestampsMillis, size);
      ValueColumn.decode(in, into.values, size, count, integers);
      if (in.remaining() > 0) {
        decodeExtras(into, size, integers);
      }
    } catch (GatewayException e) {
      into.truncate(size);
      throw located(e);
    }
    into.size = size + count;
  }

  private void decodeExtras(SampleBuffer into, int from, long[] integers) {
    int kindsAt = in.position();
    int kinds = in.readByte();
    if (kinds == 0 || kinds > (STARTS | HISTOGRAMS)) {
      throw ByteArrayReader.corrupt(
          kindsAt, "columns after the values: " + kinds + " (expected: 1..3)");
    }
    SampleExtras extras = into.extrasToSet();
    if ((kinds & STARTS) != 0) {
      LongColumn.decode(in, in.readZigzag(), integers, 0, count);
      System.arraycopy(integers, 0, extras.startsMillis(from + count), from, count);
    }
    if ((kinds & HISTOGRAMS) != 0) {
      HistogramColumn.decode(in, into.values, extras.histograms(from + count), from, count);
    }
    if (in.remaining() > 0) {
      throw ByteArrayReader.corrupt(
          in.position(), in.remaining() + " bytes are left after the last column");
    }
  }

  private void checkTimestamps(long[] timestampsMillis, int from) {
    boolean ascending = true;
    for (int i = from + 1; i < from + count; i++) {
      ascending &= timestampsMillis[i] > timestampsMillis[i - 1];
    }
    long last = timestampsMillis[from + count - 1] - splitStart;
    if (!ascending || last < 0 || last >= RawSplit.SPAN_MILLIS) {
      throw ByteArrayReader.corrupt(
          columnsAt, "timestamps do not ascend, or leave the split's span");
    }
    lastKnownOffset = last;
  }

  private GatewayException located(GatewayException cause) {
    return new GatewayException(
        Kind.CORRUPT, "raw split of " + splitStart + ", " + cause.getMessage(), cause);
  }
}
