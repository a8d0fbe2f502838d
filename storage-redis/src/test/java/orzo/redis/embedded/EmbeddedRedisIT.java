package orzo.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.redis.RedisConfig;
import orzo.redis.RedisStorage;
import orzo.redis.embedded.EmbeddedRedis.Source;
import orzo.storage.BacklogEntry;
import orzo.storage.BacklogPosition;
import orzo.storage.Checkpoint;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.Lease;
import orzo.storage.SplitKey;
import orzo.storage.SplitWrite;
import orzo.storage.contract.Flushes;

@ParameterizedClass
@MethodSource("sources")
class EmbeddedRedisIT {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  private final Source source;

  @SuppressWarnings("NullAway.Init") // JUnit calls createDirectory first
  private Path directory;

  EmbeddedRedisIT(Source source) {
    this.source = source;
  }

  static List<Source> sources() {
    return ServerBinary.ofSystem().isPresent()
        ? List.of(Source.CARRIED, Source.SYSTEM)
        : List.of(Source.CARRIED);
  }

  @BeforeEach
  void createDirectory() throws IOException {
    directory = Files.createTempDirectory("orzo-embedded");
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void start_emptyDirectory_isReadyAndPrivate() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory.resolve("new/data"), source);
        RedisStorage storage = connect(redis)) {
      storage.ping();

      Path own = directory.resolve("new/data/redis");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
          .isEqualTo("rwx------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(own.resolve("redis.conf"))))
          .isEqualTo("rw-------");
      assertThat(redis.url()).startsWith("unix://:").endsWith(own.toRealPath() + "/redis.sock");
    }
  }

  @Test
  void start_pathTooLongForASocket_listensOnALoopbackPort() {
    Path deep = directory.resolve("d".repeat(60)).resolve("d".repeat(60));
    try (EmbeddedRedis redis = EmbeddedRedis.start(deep, source);
        RedisStorage storage = connect(redis)) {
      assertThat(redis.url()).startsWith("redis://:").contains("@127.0.0.1:");
      storage.ping();
    }
  }

  @Test
  void start_pathWithSpacesQuotesAndUmlauts_works() {
    Path odd = directory.resolve("a \"b\" c%20 ä");
    try (EmbeddedRedis redis = EmbeddedRedis.start(odd, source);
        RedisStorage storage = connect(redis)) {
      storage.ping();
    }
  }

  @Test
  void start_withoutPassword_answersNothing() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source)) {
      String open = redis.url().replaceFirst(":[0-9a-f]+@", "");
      assertThatExceptionOfType(GatewayException.class)
          .isThrownBy(() -> RedisStorage.connect(RedisConfig.of(open)));
    }
  }

  @Test
  void start_directoryInUse_namesDirectoryAndProcess() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source)) {
      assertThatExceptionOfType(GatewayException.class)
          .isThrownBy(() -> EmbeddedRedis.start(directory, source))
          .withMessageContaining(directory.toRealPath().toString())
          .withMessageContaining("process " + ProcessHandle.current().pid())
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
      assertThat(redis.pid()).isPositive();
    }
  }

  @Test
  void close_endsTheServerAndKeepsTheData() {
    long pid;
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      append(storage, "kept");
      pid = redis.pid();
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();

    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      assertThat(redis.pid()).isNotEqualTo(pid);
      assertThat(entries(storage)).containsExactly("kept");
    }
  }

  @Test
  void serverKilled_isStartedAgainWithAllDataAndTheStorageResumes() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      Lease lease = storage.leases().acquire(0, "node", Duration.ofMinutes(1)).orElseThrow();
      SplitKey key = new SplitKey(0, 0);
      SplitWrite write = new SplitWrite(key, 0, "split".getBytes(StandardCharsets.UTF_8), 60);
      Flushes.flush(storage, lease, List.of(write), new BacklogPosition(1, 2));
      List<String> acknowledged = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        append(storage, "entry " + i);
        acknowledged.add("entry " + i);
      }
      AppendOnlyFile.awaitWritten(redis);
      long killed = redis.pid();
      kill(killed);

      await().atMost(SECONDS).ignoreExceptions().until(() -> append(storage, "after"));
      acknowledged.add("after");
      await().atMost(SECONDS).ignoreExceptions().until(() -> entries(storage) != null);

      assertThat(redis.pid()).isNotEqualTo(killed);
      assertThat(entries(storage)).isEqualTo(acknowledged);
      assertThat(storage.splits().checkpoint(0))
          .isEqualTo(new Checkpoint(new BacklogPosition(1, 2), 1));
      assertThat(storage.splits().read(0, List.of(key))).hasSize(1);
      assertThat(storage.leases().renew(lease, Duration.ofMinutes(1))).isTrue();
    }
  }

  @Test
  void serverKilledWhileWritersWrite_losesAtMostWhatItHadNotWrittenYet() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      List<String> beforeKill = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        append(storage, "early " + i);
        beforeKill.add("early " + i);
      }
      AppendOnlyFile.awaitWritten(redis);
      for (int i = 0; i < 500; i++) {
        append(storage, "late " + i);
        beforeKill.add("late " + i);
      }
      kill(redis.pid());
      List<String> afterKill = new ArrayList<>();
      int failed = 0;
      while (afterKill.size() < 500) {
        try {
          append(storage, "after " + afterKill.size());
          afterKill.add("after " + afterKill.size());
        } catch (CompletionException e) {
          assertThat(e).hasCauseInstanceOf(GatewayException.class);
          failed++;
          LockSupport.parkNanos(5_000_000);
        }
      }

      assertThat(failed).isPositive();
      List<String> stored = entries(storage);
      List<String> survived = stored.stream().filter(text -> !text.startsWith("after")).toList();
      // With everysec, Redis may hold writes back while the disk is busy with the last fsync. What
      // is
      // lost then is the end, and nothing of what had been written.
      assertThat(survived).hasSizeGreaterThanOrEqualTo(500);
      assertThat(survived).isEqualTo(beforeKill.subList(0, survived.size()));
      assertThat(stored).containsSubsequence(afterKill);
    }
  }

  @Test
  void truncatedFile_loadsWhatIsWhole() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      append(storage, "whole");
      append(storage, "cut off");
    }
    Path file;
    try (Stream<Path> files = Files.walk(directory)) {
      file = files.filter(path -> path.toString().endsWith(".aof")).max(byName()).orElseThrow();
    }
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(access.length() - 4);
    }

    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      assertThat(entries(storage)).containsExactly("whole");
    }
  }

  private static Comparator<Path> byName() {
    // appendonly.aof.1.incr.aof comes after appendonly.aof.1.base.aof where Redis has two files
    return Comparator.comparing(
        Path::toString, Comparator.comparing(name -> name.contains("incr")));
  }

  @Test
  void gatewayKilled_theNextOneTakesItsServerOver() throws Exception {
    long left = startAndKillAGateway();
    assertThat(ProcessHandle.of(left).filter(ProcessHandle::isAlive)).isPresent();

    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      assertThat(redis.pid()).isEqualTo(left);
      assertThat(entries(storage)).containsExactly("of the killed gateway");

      kill(left);
      await().atMost(SECONDS).ignoreExceptions().until(() -> append(storage, "after"));
      assertThat(redis.pid()).isNotEqualTo(left);
    }
  }

  @Test
  void gatewayAndServerKilled_theNextOneStartsWithAllData() throws Exception {
    long left = startAndKillAGateway();
    kill(left);
    await()
        .atMost(SECONDS)
        .until(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());

    try (EmbeddedRedis redis = EmbeddedRedis.start(directory, source);
        RedisStorage storage = connect(redis)) {
      assertThat(entries(storage)).containsExactly("of the killed gateway");
    }
  }

  /** Runs {@link GatewayToKill} in a JVM of its own and kills it; returns its server's process. */
  private long startAndKillAGateway() throws Exception {
    Process gateway =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                GatewayToKill.class.getName(),
                directory.toString(),
                source.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = gateway.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("server ")) {
        line = lines.readLine();
      }
      assertThat(line).as("the started gateway names its server").isNotNull();
      return Long.parseLong(String.valueOf(line).substring("server ".length()));
    } finally {
      gateway.destroyForcibly().waitFor();
    }
  }

  /** Surefire may hand the class path over in a jar's manifest; this finds the real one. */
  private static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire != null ? surefire : System.getProperty("java.class.path");
  }

  @Test
  void start_filesOfANewerServer_areNotIgnored() throws IOException {
    Files.createDirectories(directory.resolve("redis/appendonlydir"));
    if (source == Source.CARRIED) {
      assertThatExceptionOfType(GatewayException.class)
          .isThrownBy(() -> EmbeddedRedis.start(directory, source))
          .withMessageContaining("written by Redis 7 or newer");
    } else {
      EmbeddedRedis.start(directory, source).close();
    }
  }

  @Test
  void start_serverThatCannotStart_tellsItsLastWords() throws IOException {
    Files.createDirectories(directory.resolve("redis"));
    Files.createDirectory(directory.resolve("redis/appendonly.aof"));
    Files.writeString(directory.resolve("redis/appendonlydir"), "in the way");

    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> EmbeddedRedis.start(directory, source))
        .withMessageContaining("its last words")
        .withMessageContaining("append");
    assertLockIsFree();
  }

  private void assertLockIsFree() throws IOException {
    DirectoryLock.take(directory).close();
  }

  private static RedisStorage connect(EmbeddedRedis redis) {
    return RedisStorage.connect(RedisConfig.of(redis.url()).withSacks(1));
  }

  private static boolean append(RedisStorage storage, String text) {
    storage.backlog().append(0, text.getBytes(StandardCharsets.UTF_8)).toCompletableFuture().join();
    return true;
  }

  private static List<String> entries(RedisStorage storage) {
    return storage.backlog().read(0, BacklogPosition.START, 100_000).stream()
        .map(BacklogEntry::bytes)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }
}
