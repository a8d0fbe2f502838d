package orzo.conformance.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Graphite lines of one connection, {@code path value timestamp}, a block of one line for each of
 * its paths. A few blocks with other values are made beforehand; to send one, only its timestamps
 * are written anew, so that sending costs next to nothing. Not safe for many threads.
 */
final class LineBlocks implements Blocks {
  /** How many blocks there are. */
  private static final int VARIANTS = 16;

  private static final int TIMESTAMP_DIGITS = 10;

  private final List<byte[]> blocks = new ArrayList<>();
  private final List<int[]> timestampAt = new ArrayList<>();

  /**
   * Makes the blocks.
   *
   * @param from number of the first path
   * @param to number behind the last path
   */
  LineBlocks(int from, int to, long seed) {
    for (int variant = 0; variant < VARIANTS; variant++) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      int[] places = new int[to - from];
      for (int i = from; i < to; i++) {
        String line = path(i) + " " + value(i, variant, seed) + " ";
        block.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
        places[i - from] = block.size();
        block.writeBytes(("0".repeat(TIMESTAMP_DIGITS) + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      blocks.add(block.toByteArray());
      timestampAt.add(places);
    }
  }

  /** The path of a number: as collectd and Diamond name them, 40 characters or so. */
  static String path(int number) {
    int host = number / 50;
    return "servers.web%03d_example_org.cpu-%d.cpu-state%02d.value"
        .formatted(host, number % 50 / 10, number % 10);
  }

  /**
   * A value: counts, shares with one or two decimals, and rates with six, as collectd sends them.
   */
  static String value(int path, int variant, long seed) {
    long mixed = (seed + path * 31L + variant) * 0x9E37_79B9_7F4A_7C15L >>> 33;
    return switch (path % 4) {
      case 0 -> Long.toString(mixed % 100_000);
      case 1 -> mixed % 100 + "." + mixed / 100 % 10;
      case 2 -> mixed % 1000 + "." + mixed / 1000 % 10 + mixed / 10_000 % 10;
      default -> "%d.%06d".formatted(mixed % 1000, mixed / 1000 % 1_000_000);
    };
  }

  @Override
  public ByteBuffer block(int round, long seconds) {
    byte[] block = blocks.get(round % VARIANTS);
    byte[] digits = Long.toString(seconds).getBytes(StandardCharsets.US_ASCII);
    if (digits.length != TIMESTAMP_DIGITS) {
      throw new IllegalArgumentException("seconds: " + seconds + " (expected: ten digits)");
    }
    for (int at : timestampAt.get(round % VARIANTS)) {
      System.arraycopy(digits, 0, block, at, TIMESTAMP_DIGITS);
    }
    return ByteBuffer.wrap(block);
  }
}
