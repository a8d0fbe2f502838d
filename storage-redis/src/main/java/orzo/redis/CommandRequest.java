package orzo.redis;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;

/** Any command with Lettuce's own encoding of its arguments. */
final class CommandRequest<T> extends Request<T> {
  private final Command<byte[], byte[], T> command;

  CommandRequest(
      RedisMeters.Call call,
      CommandType type,
      CommandOutput<byte[], byte[], T> output,
      CommandArgs<byte[], byte[]> args) {
    super(call, type, output);
    command = new Command<>(type, output, args);
  }

  @Override
  public void encode(ByteBuf target) {
    command.encode(target);
  }

  @Override
  public CommandArgs<byte[], byte[]> getArgs() {
    return command.getArgs();
  }
}
