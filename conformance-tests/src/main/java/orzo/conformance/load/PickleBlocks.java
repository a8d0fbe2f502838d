package orzo.conformance.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Pickles as Graphite's relay sends them: {@code [(path, (timestamp, value)), …]} in protocol 2
 * with the memo that Python keeps, each behind its length in four bytes. A block is an item for
 * each of some paths. A few blocks are made beforehand, as {@link LineBlocks} does; to send one,
 * only its timestamps are written anew. Not safe for many threads.
 */
final class PickleBlocks implements Blocks {
  private static final int VARIANTS = 16;

  /** How many items the relay puts in a pickle, {@code MAX_DATAPOINTS_PER_MESSAGE}. */
  private static final int ITEMS = 500;

  private final List<byte[]> blocks = new ArrayList<>();
  private final List<int[]> timestampAt = new ArrayList<>();

  /**
   * Makes the blocks.
   *
   * @param from number of the first path
   * @param to number behind the last path
   */
  PickleBlocks(int from, int to, long seed) {
    for (int variant = 0; variant < VARIANTS; variant++) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      int[] places = new int[to - from];
      for (int first = from; first < to; first += ITEMS) {
        int end = Math.min(to, first + ITEMS);
        Pickle pickle = new Pickle();
        int[] at = new int[end - first];
        for (int i = first; i < end; i++) {
          at[i - first] =
              pickle.item(
                  LineBlocks.path(i), Double.parseDouble(LineBlocks.value(i, variant, seed)));
        }
        byte[] bytes = pickle.end();
        for (int i = first; i < end; i++) {
          places[i - from] = block.size() + Integer.BYTES + at[i - first];
        }
        block.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        block.writeBytes(bytes);
      }
      blocks.add(block.toByteArray());
      timestampAt.add(places);
    }
  }

  @Override
  public ByteBuffer block(int round, long seconds) {
    byte[] block = blocks.get(round % VARIANTS);
    for (int at : timestampAt.get(round % VARIANTS)) {
      for (int i = 0; i < Integer.BYTES; i++) {
        block[at + i] = (byte) (seconds >>> 8 * i);
      }
    }
    return ByteBuffer.wrap(block);
  }

  /** Writes a pickle. The opcodes are those of Python's pickletools. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int memo;

    Pickle() {
      out.write(0x80); // PROTO
      out.write(2);
      out.write(']'); // EMPTY_LIST
      put();
      out.write('('); // MARK
    }

    private void put() {
      if (memo < 256) {
        out.write('q'); // BINPUT
        out.write(memo);
      } else {
        out.write('r'); // LONG_BINPUT
        little(memo);
      }
      memo++;
    }

    private void little(int value) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(value)).array());
    }

    /** Returns where the timestamp stands. */
    int item(String path, double value) {
      byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
      out.write('X'); // BINUNICODE
      little(bytes.length);
      out.writeBytes(bytes);
      put();
      out.write('J'); // BININT
      int at = out.size();
      little(0);
      out.write('G'); // BINFLOAT
      out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
      out.write(0x86); // TUPLE2
      put();
      out.write(0x86);
      put();
      return at;
    }

    byte[] end() {
      out.write('e'); // APPENDS
      out.write('.'); // STOP
      return out.toByteArray();
    }
  }
}
