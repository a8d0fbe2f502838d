package orzo.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import orzo.storage.BacklogPosition;

/** {@code XADD key * b bytes}, encoded without an object for each argument. */
final class AppendRequest extends Request<BacklogPosition> {
  private static final byte[] END_OF_LINE = {'\r', '\n'};
  private static final int MAX_LENGTH_DIGITS = 10;

  private final byte[] prefix;
  private final byte[] bytes;
  private final AtomicLong pendingBytes;

  /**
   * Creates a request.
   *
   * @param pendingBytes already holds the length of {@code bytes}, which is taken off when done
   */
  AppendRequest(byte[] prefix, byte[] bytes, AtomicLong pendingBytes) {
    super(RedisMeters.Call.APPEND, CommandType.XADD, new PositionOutput());
    this.prefix = prefix;
    this.bytes = bytes;
    this.pendingBytes = pendingBytes;
  }

  /** What all appends to a stream start with: the command up to the length of its last argument. */
  static byte[] prefix(byte[] key) {
    String text = new String(key, StandardCharsets.US_ASCII);
    return ("*5\r\n$4\r\nXADD\r\n$" + key.length + "\r\n" + text + "\r\n$1\r\n*\r\n$1\r\nb\r\n$")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void encode(ByteBuf target) {
    target.ensureWritable(
        prefix.length + MAX_LENGTH_DIGITS + bytes.length + 2 * END_OF_LINE.length);
    target.writeBytes(prefix);
    ByteBufUtil.writeAscii(target, Integer.toString(bytes.length));
    target.writeBytes(END_OF_LINE).writeBytes(bytes).writeBytes(END_OF_LINE);
  }

  @Override
  protected void done() {
    pendingBytes.addAndGet(-bytes.length);
  }

  private static final class PositionOutput extends CommandOutput<byte[], byte[], BacklogPosition> {
    PositionOutput() {
      super(ByteArrayCodec.INSTANCE, BacklogPosition.START);
    }

    @Override
    public void set(@Nullable ByteBuffer id) {
      if (id != null) {
        output = StreamIds.parse(id);
      }
    }
  }
}
