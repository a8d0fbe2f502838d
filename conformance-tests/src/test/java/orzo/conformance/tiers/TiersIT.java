package orzo.conformance.tiers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import orzo.conformance.prometheus.Answers;
import orzo.conformance.prometheus.Json;
import orzo.conformance.server.Distribution;

/** What {@code conformance-tests/tiers} measures, smaller and without times. */
@Tag("peers")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class TiersIT {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @TempDir private Path directory;

  @Test
  void aggregates_answerAsSamplesDo_andExplainSaysThatTheyWereRead() throws Exception {
    long end = (InstantSource.system().millis() / HOUR - 6) * HOUR;
    try (TieredGateway gateway =
        new TieredGateway(Distribution.fromProperty(), directory, Map.of(), 7, 5, end)) {
      gateway.start();
      gateway.load();
      for (Question question : Question.ALL) {
        assertSame(gateway, question); // whatever is closed by now
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(gateway.samplesNotAggregated()).isZero());
      for (Question question : Question.ALL) {
        assertSame(gateway, question);
        Json raw = gateway.explain(question, true);
        assertThat(tier(raw)).isEqualTo("raw");
        assertThat(raw.get("samples").number()).isGreaterThan(5 * 1440 * 7);
        assertThat(raw.get("rows").number()).isZero();
        Json aggregates = gateway.explain(question, false);
        assertThat(tier(aggregates)).isEqualTo("1h");
        assertThat(aggregates.get("samples").number()).isZero();
        assertThat(aggregates.get("rows").number()).isBetween(5 * 24 * 7.0, 6 * 25 * 7.0);
        assertThat(aggregates.get("bytes").number())
            .isPositive()
            .isLessThan(raw.get("bytes").number());
      }
    }
  }

  private static void assertSame(TieredGateway gateway, Question question) {
    assertThat(Answers.difference(gateway.ask(question, true), gateway.ask(question, false)))
        .as(question.expression())
        .isLessThanOrEqualTo(1e-9);
  }

  private static String tier(Json scan) {
    return scan.get("tiers").list().getFirst().get("tier").text();
  }
}
