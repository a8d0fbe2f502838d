package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orzo.file.InvalidFileException;
import orzo.storage.OutageLog;

class MappingFileTest {
  private static final String GOOD = "mappings: [{match: a.*, name: first}]";
  private static final String BETTER = "mappings: [{match: a.*, name: second}]";

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void createFile() throws IOException {
    path = directory.resolve("rules.yaml");
    Files.writeString(path, GOOD);
  }

  private static String name(Mapping mapping) {
    return ((Mapped.Series) mapping.map("a.b")).registration().labels().metricName();
  }

  @Test
  void refresh_ofAChangedFile_putsItsRulesInForce_whenItIsSettled() throws Exception {
    MappingFile file = MappingFile.load(path, false);
    AtomicInteger changes = new AtomicInteger();
    file.afterChange(changes::incrementAndGet);
    assertThat(name(file)).isEqualTo("first");

    Files.writeString(path, "");
    file.refresh();
    assertThat(name(file)).isEqualTo("first");
    Files.writeString(path, BETTER);
    file.refresh();
    assertThat(name(file)).isEqualTo("first");
    assertThat(changes).hasValue(0);
    file.refresh();

    assertThat(name(file)).isEqualTo("second");
    assertThat(changes).hasValue(1);
    file.refresh();
    file.refresh();
    assertThat(changes).hasValue(2); // and no more
    assertThat(file.loads()).isEqualTo(2);
    assertThat(file.failures()).isZero();
  }

  @Test
  void refresh_ofAFileThatBecameWrong_keepsTheRules_andCountsItOnce() throws Exception {
    MappingFile file = MappingFile.load(path, false);

    Files.writeString(path, "mappings: [{match: a.*}]");
    for (int i = 0; i < 5; i++) {
      file.refresh();
    }
    assertThat(name(file)).isEqualTo("first");
    assertThat(file.failures()).isEqualTo(1);

    Files.delete(path);
    for (int i = 0; i < 5; i++) {
      file.refresh();
    }
    assertThat(name(file)).isEqualTo("first");
    assertThat(file.failures()).isEqualTo(2);

    Files.write(path, new byte[] {(byte) 0xff, (byte) 0xfe});
    file.refresh();
    file.refresh();
    assertThat(file.failures()).isEqualTo(3);

    Files.writeString(path, BETTER);
    file.refresh();
    file.refresh();
    assertThat(name(file)).isEqualTo("second");
  }

  @Test
  void start_followsTheFile() throws Exception {
    try (MappingFile file = MappingFile.load(path, false)) {
      file.start(Duration.ofMillis(20), new OutageLog(System::nanoTime));
      Files.writeString(path, BETTER);

      await().untilAsserted(() -> assertThat(name(file)).isEqualTo("second"));
    }
  }

  @Test
  void load_ofNoFile_saysSo() {
    Path missing = directory.resolve("missing.yaml");
    assertThatExceptionOfType(InvalidFileException.class)
        .isThrownBy(() -> MappingFile.load(missing, true))
        .withMessage(missing + ": there is no such file (allowed: a readable YAML file)");
  }
}
