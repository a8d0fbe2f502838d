package orzo.redis.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a server whether it is ours and ready, on a plain socket: before there is a server to talk
 * to, a client that reconnects by itself is in the way.
 */
final class Probe {
  /** What a server said. */
  sealed interface Answer {
    /** Nobody listens, or not our server. */
    record Absent() implements Answer {}

    /** Somebody listens and does not answer. */
    record Silent() implements Answer {}

    /** It reads its file. */
    record Loading() implements Answer {}

    /** It is ready. */
    record Ready(long pid) implements Answer {}
  }

  private static final Pattern PID = Pattern.compile("(?m)^process_id:(\\d+)");
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private Probe() {}

  static Answer ask(ServerConfig config) {
    boolean connected = false;
    try (SocketChannel channel = SocketChannel.open(config.endpoint().family());
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      if (!channel.connect(config.endpoint().address())) {
        await(selector, deadline);
        channel.finishConnect();
      }
      connected = true;
      // INFO alone would not do: Redis answers it while it still loads its file.
      String commands = "AUTH " + config.password() + "\r\nPING\r\nINFO server\r\n";
      channel.write(ByteBuffer.wrap(commands.getBytes(StandardCharsets.US_ASCII)));
      key.interestOps(SelectionKey.OP_READ);
      return read(channel, selector, deadline);
    } catch (IOException e) {
      return connected ? new Answer.Silent() : new Answer.Absent();
    }
  }

  private static Answer read(SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteBuffer reply = ByteBuffer.allocate(16_384);
    while (reply.hasRemaining()) {
      await(selector, deadline);
      if (channel.read(reply) < 0) {
        break;
      }
      String text = new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII);
      Matcher pid = PID.matcher(text);
      if (text.startsWith("-WRONGPASS") || text.startsWith("-ERR")) {
        return new Answer.Absent();
      } else if (text.contains("-LOADING")) {
        return new Answer.Loading();
      } else if (text.endsWith("\r\n") && pid.find()) {
        return new Answer.Ready(Long.parseLong(pid.group(1)));
      }
    }
    return new Answer.Silent();
  }

  private static void await(Selector selector, long deadline) throws IOException {
    long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0 || selector.select(leftMillis) == 0) {
      throw new IOException("no answer within " + TIMEOUT.toMillis() + " ms");
    }
    selector.selectedKeys().clear();
  }
}
