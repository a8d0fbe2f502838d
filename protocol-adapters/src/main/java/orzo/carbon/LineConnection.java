package orzo.carbon;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;

/** A connection that sends lines. Between two packets it holds no more than part of one line. */
final class LineConnection extends CarbonConnection {
  private static final byte[] NOTHING = new byte[0];

  private byte[] rest = NOTHING; // the beginning of a line
  private boolean skipping; // whether the line is too long, and its end has not come
  private SeriesCache cache;
  private SeriesCache.Lookup lookup;

  LineConnection(CarbonLane lane) {
    super(lane);
    cache = lane.caches().lines();
    lookup = cache.lookup();
  }

  @Override
  boolean sendsPickles() {
    return false;
  }

  @Override
  void received(ByteBuf bytes) {
    followCache();
    byte[] work = lane.work();
    int size = rest.length;
    System.arraycopy(rest, 0, work, 0, size);
    while (bytes.isReadable()) {
      int added = Math.min(bytes.readableBytes(), work.length - size);
      bytes.readBytes(work, size, added);
      int end = endOfLines(work, size, size + added);
      size += added;
      if (end > 0) {
        int from = skipping ? endOfLine(work) : 0;
        skipping = false;
        lane.decodeLines(Protocol.CARBON_LINE, work, from, end, lookup);
        size -= end;
        System.arraycopy(work, end, work, 0, size);
      }
      if (skipping) {
        size = 0;
      } else if (size > lane.limits().lineBytes()) {
        lane.refuse(Protocol.CARBON_LINE, Rejection.TOO_LARGE, work, 0, size);
        skipping = true;
        size = 0;
      }
    }
    rest = size == 0 ? NOTHING : Arrays.copyOf(work, size);
  }

  private void followCache() {
    SeriesCache current = lane.caches().lines();
    if (cache != current) {
      cache = current;
      lookup = current.lookup();
    }
  }

  /** Where the last line ends that is complete; 0 when none is. The bytes are new from there on. */
  private static int endOfLines(byte[] bytes, int from, int to) {
    for (int i = to; i > from; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return 0;
  }

  /** Where the first line ends; there must be one. */
  private static int endOfLine(byte[] bytes) {
    int i = 0;
    while (bytes[i] != '\n') {
      i++;
    }
    return i + 1;
  }

  @Override
  void ended() {
    for (byte b : rest) {
      if (!FloatText.isBlank(b)) {
        lane.refuse(Protocol.CARBON_LINE, Rejection.INCOMPLETE, rest, 0, rest.length);
        break;
      }
    }
    rest = NOTHING;
  }
}
