package orzo.fold;

import orzo.encoding.ByteArrayReader;
import orzo.encoding.ByteArrayWriter;
import orzo.storage.SplitKey;

/** Encodes and decodes aggregate splits. */
public final class AggregateSplitCodec {
  private AggregateSplitCodec() {}

  /** Appends a split of these rows. */
  public static void encode(SplitKey key, AggregateRows rows, ByteArrayWriter out) {
    rows.schema().write(out);
    out.writeVarint(rows.size);
    for (int i = 0; i < rows.size; i++) {
      out.writeVarint((rows.startsMillis[i] - key.startMillis()) / key.granularityMillis());
      out.writeByte(rows.flags[i]);
      for (Part part : rows.schema().parts()) {
        if (part.isInteger()) {
          out.writeZigzag(rows.integers(part)[i]);
        } else {
          out.writeLong(Double.doubleToRawLongBits(rows.doubles(part)[i]));
        }
      }
    }
  }

  /** Decodes a split: those of its columns that are wanted. */
  public static AggregateRows decode(SplitKey key, byte[] split, AggregateSchema wanted) {
    ByteArrayReader in = new ByteArrayReader(split, 0, split.length);
    AggregateSchema schema = AggregateSchema.read(in);
    AggregateRows rows = new AggregateRows(schema);
    int size = in.readVarint("rows", 0, AggregateSplit.WINDOWS);
    for (int i = 0; i < size; i++) {
      rows.add(key.startMillis() + in.readVarint() * key.granularityMillis());
      rows.flags[i] = (byte) in.readByte();
      for (Part part : schema.parts()) {
        if (part.isInteger()) {
          rows.integers(part)[i] = in.readZigzag();
        } else {
          rows.doubles(part)[i] = Double.longBitsToDouble(in.readLong());
        }
      }
    }
    AggregateRows result = new AggregateRows(wanted);
    result.addAll(rows, 0, rows.size);
    return result;
  }
}
