package orzo.redis;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Any command with its arguments. */
final class CommandRequest<T> extends Request<T> {
  private final Arguments arguments;

  CommandRequest(
      RedisMeters.Call call,
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      Arguments arguments) {
    super(call, type, output);
    this.arguments = arguments;
  }

  @Override
  public void encode(ByteBuf target) {
    byte[] name = getType().getBytes();
    String head = "*" + (1 + arguments.count()) + "\r\n$" + name.length + "\r\n";
    target.writeBytes(head.getBytes(StandardCharsets.US_ASCII)).writeBytes(name);
    target.writeByte('\r').writeByte('\n');
    target.writeBytes(arguments.array(), 0, arguments.size());
  }
}
