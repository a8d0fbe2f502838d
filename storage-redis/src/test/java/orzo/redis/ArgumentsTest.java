package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArgumentsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 100, -1, -9, -10, Long.MAX_VALUE, Long.MIN_VALUE})
  void integer_isEncodedAsLettuceDoes(long number) {
    assertThat(encode(new Arguments().add(number)))
        .isEqualTo(encode(new CommandArgs<>(ByteArrayCodec.INSTANCE).add(number)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void anyArguments_areEncodedAsLettuceDoes(int seed) {
    Random random = new Random(seed);
    Arguments ours = new Arguments();
    CommandArgs<byte[], byte[]> lettuces = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(3)) {
        case 0 -> {
          long number = random.nextLong() >> random.nextInt(64);
          ours.add(number);
          lettuces.add(number);
        }
        case 1 -> {
          String text = random.nextBoolean() ? "NOGROUP" : "größer €" + i;
          ours.add(text);
          lettuces.add(text);
        }
        default -> {
          byte[] bytes = new byte[random.nextInt(1_200)];
          random.nextBytes(bytes);
          ours.add(bytes);
          lettuces.add(bytes);
        }
      }
    }

    assertThat(encode(ours)).isEqualTo(encode(lettuces));
    assertThat(ours.count()).isEqualTo(lettuces.count());
  }

  @Test
  void commandWithoutArguments_isItsNameAlone() {
    assertThat(encode(new Arguments())).asString().isEqualTo("*1\r\n$7\r\nEVALSHA\r\n");
  }

  private static byte[] encode(Arguments arguments) {
    ByteBuf target = Unpooled.buffer();
    new CommandRequest<>(RedisMeters.Call.OTHER, CommandType.EVALSHA, new BytesOutput(), arguments)
        .encode(target);
    return ByteBufUtil.getBytes(target);
  }

  private static byte[] encode(CommandArgs<byte[], byte[]> arguments) {
    ByteBuf target = Unpooled.buffer();
    new Command<>(CommandType.EVALSHA, new BytesOutput(), arguments).encode(target);
    return ByteBufUtil.getBytes(target);
  }
}
