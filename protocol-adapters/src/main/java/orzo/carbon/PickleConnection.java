package orzo.carbon;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;

/**
 * A connection that sends pickles, each after its length in four bytes. Memory for a pickle grows
 * with what has arrived of it, whatever its length is said to be.
 */
final class PickleConnection extends CarbonConnection {
  private static final byte[] NOTHING = new byte[0];

  private int lengthBytes; // of the four, how many have arrived
  private long length; // what they say
  private byte[] body = NOTHING; // of a pickle that has arrived in part
  private int size; // how much of it has
  private boolean over;
  private SeriesCache cache;
  private SeriesCache.Lookup lookup;

  PickleConnection(CarbonLane lane) {
    super(lane);
    cache = lane.caches().pickles();
    lookup = cache.lookup();
  }

  @Override
  boolean sendsPickles() {
    return true;
  }

  @Override
  void received(ByteBuf bytes) {
    followCache();
    while (!over && readLength(bytes)) {
      int missing = (int) length - size;
      byte[] work = lane.work();
      if (size == 0 && bytes.readableBytes() >= missing && missing <= work.length) {
        bytes.readBytes(work, 0, missing);
        lane.decodePickle(work, 0, missing, lookup);
        forget();
        continue;
      }
      if (bytes.readableBytes() < missing) {
        append(bytes, bytes.readableBytes());
        lane.gate().holds(this, body.length);
        return;
      }
      append(bytes, missing);
      lane.decodePickle(body, 0, size, lookup);
      forget();
    }
  }

  private void followCache() {
    SeriesCache current = lane.caches().pickles();
    if (cache != current) {
      cache = current;
      lookup = current.lookup();
    }
  }

  /** Whether the length of a pickle is known, and may be. */
  private boolean readLength(ByteBuf bytes) {
    while (lengthBytes < Integer.BYTES && bytes.isReadable()) {
      length = length << 8 | bytes.readUnsignedByte();
      lengthBytes++;
    }
    if (lengthBytes < Integer.BYTES) {
      return false;
    }
    if (length > lane.limits().pickleBytes()) {
      byte[] text = Long.toString(length).getBytes(StandardCharsets.US_ASCII);
      lane.refuse(Protocol.CARBON_PICKLE, Rejection.TOO_LARGE, text, 0, text.length);
      over = true; // where the next pickle starts is not to be trusted
      forget();
      close();
      return false;
    }
    return true;
  }

  private void append(ByteBuf bytes, int count) {
    if (size + count > body.length) {
      long doubled = Math.max(256, 2L * body.length);
      body = Arrays.copyOf(body, (int) Math.max(size + count, Math.min(length, doubled)));
    }
    bytes.readBytes(body, size, count);
    size += count;
  }

  private void forget() {
    lane.gate().holds(this, 0);
    body = NOTHING;
    size = 0;
    length = 0;
    lengthBytes = 0;
  }

  @Override
  void ended() {
    if (lengthBytes > 0) {
      lane.refuse(Protocol.CARBON_PICKLE, Rejection.INCOMPLETE, body, 0, size);
    }
    forget();
  }
}
