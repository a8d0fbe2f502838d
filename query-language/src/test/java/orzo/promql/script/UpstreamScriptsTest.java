package orzo.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import orzo.promql.PromQlEngine;
import orzo.promql.script.ScriptRunner.Outcome;
import orzo.promql.script.ScriptRunner.Verdict;

/**
 * Runs Prometheus's own scripts from the folder that {@code -Dorzo.promql.scripts=} names, or that
 * lies beside the checkout; there is nothing to run where there is none.
 */
class UpstreamScriptsTest {
  private static final Path BESIDE_THE_CHECKOUT = Path.of("../../shared/conformance/promql");

  @TestFactory
  List<DynamicTest> scripts() throws IOException {
    String named = System.getProperty("orzo.promql.scripts", "");
    if (named.isEmpty() && !Files.isDirectory(BESIDE_THE_CHECKOUT)) {
      return List.of();
    }
    Path folder = named.isEmpty() ? BESIDE_THE_CHECKOUT : Path.of(named);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".test"))
          .sorted()
          .map(file -> DynamicTest.dynamicTest(name(file), () -> run(file)))
          .toList();
    }
  }

  private static void run(Path file) throws IOException {
    LoadedSeries series = new LoadedSeries();
    List<Verdict> verdicts =
        new ScriptRunner(series, new PromQlEngine(series)).run(Files.readString(file));
    StringBuilder summary = new StringBuilder(name(file)).append(':');
    for (Outcome outcome : Outcome.values()) {
      summary.append(' ').append(count(verdicts, outcome)).append(' ').append(outcome);
    }
    System.out.println(summary);
    assertThat(verdicts.stream().filter(v -> v.outcome() == Outcome.FAILED)).isEmpty();
  }

  private static long count(List<Verdict> verdicts, Outcome outcome) {
    return verdicts.stream().filter(verdict -> verdict.outcome() == outcome).count();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
