package orzo.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of any reply, in order, its nesting dropped: bytes as they are, nothing as null,
 * numbers as their digits.
 */
final class BytesOutput extends CommandOutput<byte[], byte[], List<byte @Nullable []>> {
  BytesOutput() {
    super(ByteArrayCodec.INSTANCE, new ArrayList<>());
  }

  @Override
  public void multi(int count) {
    if (count > 0 && output.isEmpty()) {
      ((ArrayList<byte @Nullable []>) output).ensureCapacity(count);
    }
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      output.add(null);
      return;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    output.add(copy);
  }

  @Override
  public void set(long integer) {
    output.add(Long.toString(integer).getBytes(StandardCharsets.US_ASCII));
  }
}
