package orzo.redis.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where the server listens: a Unix socket, or a port of the loopback interface. */
sealed interface Endpoint {
  /** The URL with which {@link orzo.redis.RedisConfig} reaches it. */
  String url(String password);

  /** The lines of redis.conf that make the server listen here. */
  String config();

  /** The address to connect to. */
  SocketAddress address();

  /** The family of the address. */
  ProtocolFamily family();

  /** A Unix socket: cheaper than TCP for both ends, and closed to other users of the machine. */
  record Unix(Path path) implements Endpoint {
    /** The longest path that fits {@code sockaddr_un}, its final zero left out. */
    static final int MAX_PATH_BYTES = 107;

    @Override
    public String url(String password) {
      return "unix://:" + password + "@" + path.toUri().getRawPath();
    }

    @Override
    public String config() {
      return "port 0\nunixsocket " + ServerConfig.quoted(path) + "\nunixsocketperm 700\n";
    }

    @Override
    public SocketAddress address() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.UNIX;
    }
  }

  /** A TCP port. */
  record Tcp(int port) implements Endpoint {
    /** A port that is free now. */
    static Tcp free() throws IOException {
      try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        return new Tcp(socket.getLocalPort());
      }
    }

    @Override
    public String url(String password) {
      return "redis://:" + password + "@127.0.0.1:" + port;
    }

    @Override
    public String config() {
      return "bind 127.0.0.1\nport " + port + "\n";
    }

    @Override
    public SocketAddress address() {
      return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.INET;
    }
  }
}
