package orzo.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;

/** The entries of a stream whose entries have one field each: ID, field name, value. */
final class StreamOutput extends CommandOutput<byte[], byte[], List<BacklogEntry>> {
  private enum Part {
    ID,
    FIELD,
    VALUE
  }

  private Part next = Part.ID;
  private BacklogPosition position = BacklogPosition.START;

  StreamOutput() {
    super(ByteArrayCodec.INSTANCE, new ArrayList<>());
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return;
    }
    switch (next) {
      case ID -> {
        position = StreamIds.parse(bytes);
        next = Part.FIELD;
      }
      case FIELD -> next = Part.VALUE;
      case VALUE -> {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        output.add(new BacklogEntry(position, copy));
        next = Part.ID;
      }
    }
  }
}
