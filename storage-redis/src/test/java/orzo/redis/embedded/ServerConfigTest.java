package orzo.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void read_whatWriteWrote_isTheConfiguration() throws IOException {
    List<Endpoint> endpoints =
        List.of(
            new Endpoint.Tcp(34_567),
            new Endpoint.Unix(Path.of("/a/redis.sock")),
            new Endpoint.Unix(Path.of("/a b/\"c\"/d\\e/redis.sock")));
    for (Endpoint endpoint : endpoints) {
      ServerConfig config = ServerConfig.create(endpoint);
      Path file = directory.resolve("redis.conf");
      config.write(file, directory);

      assertThat(ServerConfig.read(file)).contains(config);
    }
  }

  @Test
  void read_noFileOrAnother_isEmpty() throws IOException {
    assertThat(ServerConfig.read(directory.resolve("redis.conf"))).isEmpty();
    Path other = Files.writeString(directory.resolve("redis.conf"), "port 6379\n");
    assertThat(ServerConfig.read(other)).isEmpty();
  }

  @Test
  void create_passwords_differ() {
    Endpoint endpoint = new Endpoint.Tcp(1);
    assertThat(ServerConfig.create(endpoint).password())
        .hasSize(48)
        .isNotEqualTo(ServerConfig.create(endpoint).password());
  }

  @Test
  void url_ofAnOddPath_isEscaped() {
    assertThat(new Endpoint.Unix(Path.of("/a b/%20/redis.sock")).url("pw"))
        .isEqualTo("unix://:pw@/a%20b/%2520/redis.sock");
  }
}
