package orzo.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A reply of integers. */
final class LongsOutput extends CommandOutput<byte[], byte[], long[]> {
  private int size;

  LongsOutput() {
    super(ByteArrayCodec.INSTANCE, new long[1]);
  }

  @Override
  public void multi(int count) {
    output = new long[Math.max(count, 0)];
  }

  @Override
  public void set(long integer) {
    if (size == output.length) {
      output = Arrays.copyOf(output, size + 1);
    }
    output[size++] = integer;
  }

  /** What a command says that returns no number, {@code OK} for instance, is left out. */
  @Override
  public void set(@Nullable ByteBuffer bytes) {}
}
