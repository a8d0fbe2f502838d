package orzo.conformance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orzo.conformance.server.Ports;
import orzo.conformance.server.ServerProcess;

/** Servers of Debian's redis-server that work together: a cluster, or what Sentinels watch. */
final class RedisGroup implements AutoCloseable {
  private static final int SENTINELS = 3;

  /** One of the processes. */
  private record Member(ServerProcess process, int port) {
    String ask(String... command) {
      List<String> arguments = new ArrayList<>(List.of("-p", Integer.toString(port)));
      arguments.addAll(List.of(command));
      return cli(arguments);
    }
  }

  private final Path directory;
  private final List<Member> servers = new ArrayList<>();
  private final List<Member> sentinels = new ArrayList<>();

  private RedisGroup(Path directory) {
    this.directory = directory;
  }

  /** Starts a cluster of three masters. */
  static RedisGroup cluster(Path directory) {
    return started(directory, RedisGroup::startCluster);
  }

  /** Starts a master, two replicas and three Sentinels, which wait a second before a failover. */
  static RedisGroup sentinel(Path directory) {
    return started(directory, RedisGroup::startWatched);
  }

  /** A group; when its start fails, nothing of it runs any more. */
  private static RedisGroup started(Path directory, Consumer<RedisGroup> start) {
    RedisGroup group = new RedisGroup(directory);
    try {
      start.accept(group);
    } catch (Throwable e) {
      group.close();
      throw e;
    }
    return group;
  }

  private void startCluster() {
    List<String> create = new ArrayList<>(List.of("--cluster", "create"));
    for (int i = 0; i < 3; i++) {
      int port =
          startServer("--cluster-enabled", "yes", "--cluster-port", Integer.toString(Ports.free()));
      create.add("127.0.0.1:" + port);
    }
    create.add("--cluster-yes");
    cli(create);
    for (Member server : servers) {
      await("the cluster is whole")
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.ask("cluster", "info").contains("cluster_state:ok"));
    }
  }

  private void startWatched() {
    int master = startServer();
    startServer("--replicaof", "127.0.0.1", Integer.toString(master));
    startServer("--replicaof", "127.0.0.1", Integer.toString(master));
    await("both replicas follow")
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            servers.getFirst().ask("info", "replication").split("state=online", -1).length == 3);
    for (int i = 0; i < SENTINELS; i++) {
      startSentinel(i, master);
    }
    await("each Sentinel knows the others and the replicas")
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            sentinels.stream()
                .allMatch(one ->
                    one.ask("info", "sentinel").contains("slaves=2,sentinels=" + SENTINELS)));
  }

  private int startServer(String... more) {
    int port = Ports.free();
    List<String> command =
        new ArrayList<>(
            List.of(
                ServerProcess.program("redis-server", "redis-server").toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0"));
    command.addAll(List.of(more));
    start(servers, "redis-" + servers.size(), command, port);
    return port;
  }

  private void startSentinel(int number, int master) {
    int port = Ports.free();
    Path file = directory.resolve("sentinel-" + number).resolve("sentinel.conf");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          """
          port %d
          bind 127.0.0.1
          sentinel monitor main 127.0.0.1 %d 2
          sentinel down-after-milliseconds main 1000
          sentinel failover-timeout main 5000
          """
              .formatted(port, master));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path program = ServerProcess.program("redis-sentinel", "redis-sentinel");
    start(sentinels, "sentinel-" + number, List.of(program.toString(), file.toString()), port);
  }

  private void start(List<Member> group, String name, List<String> command, int port) {
    Member member =
        new Member(ServerProcess.start(name, command, Map.of(), directory.resolve(name)), port);
    group.add(member);
    await(name + " answers")
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> member.ask("ping").startsWith("PONG"));
  }

  /** What gateways get as {@code redis.url}. */
  String url() {
    List<Member> asked = sentinels.isEmpty() ? servers : sentinels;
    String hosts =
        asked.stream().map(member -> "127.0.0.1:" + member.port).collect(Collectors.joining(","));
    return sentinels.isEmpty() ? "redis-cluster://" + hosts : "redis-sentinel://" + hosts + "#main";
  }

  /** Kills the master of that moment with -9, and waits until Sentinel names another. */
  void failOver() {
    String before = masterPort();
    servers.stream()
        .filter(server -> Integer.toString(server.port).equals(before))
        .forEach(server -> server.process.kill());
    await("Sentinel names another master")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !masterPort().equals(before));
  }

  private String masterPort() {
    return sentinels
        .getFirst()
        .ask("sentinel", "get-master-addr-by-name", "main")
        .lines()
        .toList()
        .get(1);
  }

  /** Runs {@code redis-cli} and returns what it printed. */
  static String cli(List<String> arguments) {
    try {
      List<String> command =
          new ArrayList<>(List.of(ServerProcess.program("redis-cli", "redis-tools").toString()));
      command.addAll(arguments);
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ends all processes. */
  @Override
  public void close() {
    Stream.concat(sentinels.stream(), servers.stream())
        .filter(member -> member.process.isAlive())
        .forEach(member -> member.process.kill());
  }
}
