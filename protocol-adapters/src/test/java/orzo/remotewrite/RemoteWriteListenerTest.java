package orzo.remotewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import orzo.access.Doorkeeper;

class RemoteWriteListenerTest extends RemoteWriteContract {
  private final RemoteWriteListener listener =
      new RemoteWriteListener("127.0.0.1", 0, 2, TENANT_HEADER, Doorkeeper.NONE, receiver);

  @Override
  int start() throws Exception {
    listener.start();
    return listener.port();
  }

  @Override
  void stop() {
    listener.close();
  }

  @Override
  String otherPath() {
    return "/api/v1/receive";
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    byte[] start = socket.getInputStream().readNBytes(12);
    return new String(start, ISO_8859_1);
  }

  @Test
  void start_onATakenPort_saysWhich() {
    int port = listener.port();
    try (RemoteWriteListener second =
        new RemoteWriteListener("127.0.0.1", port, 1, TENANT_HEADER, Doorkeeper.NONE, receiver)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("remote write: can't listen on 127.0.0.1:" + port + ": ");
    }
  }

  @Test
  void head_thatDoesNotEnd_isGivenUp() throws Exception {
    try (Socket socket = connect()) {
      assertThat(send(socket, "POST /api/v1/write HTTP/1.1\r\nHost:")).isEqualTo("HTTP/1.1 408");
    }
  }

  @Test
  void head_thatIsTooLongOrWrong_isRefused() throws Exception {
    try (Socket socket = connect()) {
      assertThat(send(socket, "POST /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n"))
          .isEqualTo("HTTP/1.1 414");
    }
    try (Socket socket = connect()) {
      String head = "POST /api/v1/write HTTP/1.1\r\nA: " + "x".repeat(20_000) + "\r\n\r\n";
      assertThat(send(socket, head)).isEqualTo("HTTP/1.1 431");
    }
    try (Socket socket = connect()) {
      String head = "POST /api/v1/write HTTP/1.1\r\nContent-Length: x\r\n\r\n";
      assertThat(send(socket, head)).isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void close_withARequestWaiting_answersItFirst() throws Exception {
    byte[] body =
        WriteRequests.compress(
            WriteRequests.request(
                WriteRequests.series("__name__", "up").addSamples(WriteRequests.sample(1, 2))));
    try (Socket waiting = connect();
        Socket idle = connect()) {
      intake.hold();
      waiting
          .getOutputStream()
          .write(
              ("POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(ISO_8859_1));
      waiting.getOutputStream().write(body);
      await().until(() -> intake.heldAppends() == 1 && listener.connections() == 2);
      Thread closing = Thread.ofVirtual().start(listener::close);
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      assertThat(closing.isAlive()).isTrue();
      intake.release();
      assertThat(new String(waiting.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 204")
          .contains("connection: close");
      closing.join();
      assertThat(listener.connections()).isZero();
    }
  }
}
