package orzo.promql.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.promql.PromQlEngine;
import orzo.promql.script.ScriptRunner.Outcome;
import orzo.promql.script.ScriptRunner.Verdict;

/** Our own scripts: every eval must hold, at an instant and in the middle of a range. */
class ScriptsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "selectors",
        "ranges",
        "aggregations",
        "matching",
        "functions",
        "histograms",
        "native",
        "subqueries",
        "borders",
        "info",
        "language",
        "starts"
      })
  void script_run_holds(String name) throws IOException {
    LoadedSeries series = new LoadedSeries();
    List<Verdict> verdicts = new ScriptRunner(series, new PromQlEngine(series)).run(read(name));
    assertThat(verdicts).isNotEmpty();
    assertThat(verdicts).filteredOn(v -> v.outcome() != Outcome.PASSED).isEmpty();
  }

  private static String read(String name) throws IOException {
    try (InputStream script =
        requireNonNull(ScriptsTest.class.getResourceAsStream("/orzo/promql/" + name + ".test"))) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
