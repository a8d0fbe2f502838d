package orzo.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asks a server that answers each command as it is told to. */
@Timeout(30)
class ProbeTest {
  private static final String INFO = "$32\r\n# Server\r\nprocess_id:4711\r\nend:1\r\n\r\n";

  @Test
  void ask_ofAServerThatIsReady_tellsItsProcess() throws IOException {
    assertThat(ask(Map.of("AUTH", "+OK\r\n", "PING", "+PONG\r\n", "INFO", INFO)))
        .isEqualTo(new Probe.Answer.Ready(4711));
  }

  @Test
  void ask_ofAServerThatLoads_isNotTakenInByInfo() throws IOException {
    String loading = "-LOADING Redis is loading the dataset in memory\r\n";
    assertThat(ask(Map.of("AUTH", "+OK\r\n", "PING", loading, "INFO", INFO)))
        .isInstanceOf(Probe.Answer.Loading.class);
  }

  @Test
  void ask_ofAServerWithAnotherPassword_isAbsent() throws IOException {
    String wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    assertThat(ask(Map.of("AUTH", wrong, "PING", "-NOAUTH x\r\n", "INFO", "-NOAUTH x\r\n")))
        .isInstanceOf(Probe.Answer.Absent.class);
  }

  private static Probe.Answer ask(Map<String, String> replies) throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.startVirtualThread(() -> answerOne(listening, replies));
      return Probe.ask(ServerConfig.create(new Endpoint.Tcp(listening.getLocalPort())));
    }
  }

  private static void answerOne(ServerSocket listening, Map<String, String> replies) {
    try (Socket socket = listening.accept();
        BufferedReader commands =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String reply = replies.getOrDefault(line.split(" ", 2)[0], "-ERR unknown command\r\n");
        socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
