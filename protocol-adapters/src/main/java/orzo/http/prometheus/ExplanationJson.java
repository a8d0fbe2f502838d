package orzo.http.prometheus;

import java.io.IOException;
import orzo.query.Explanation;

/**
 * Writes how a query was evaluated: an object for each operation, with those that it takes its
 * operands from in {@code operands}, and with what it read in {@code scan}. Prometheus has nothing
 * of the kind; clients that do not know the member pass over it.
 */
final class ExplanationJson {
  private ExplanationJson() {}

  static void write(JsonWriter json, Explanation explanation) throws IOException {
    json.raw("{\"operation\":");
    json.string(explanation.operation());
    json.raw(",\"expression\":");
    json.string(explanation.expression());
    if (explanation.scan().isPresent()) {
      json.raw(",\"scan\":");
      scan(json, explanation.scan().get());
    }
    if (!explanation.operands().isEmpty()) {
      json.raw(",\"operands\":");
      Answer.array(json, explanation.operands(), ExplanationJson::write);
    }
    json.raw('}');
  }

  private static void scan(JsonWriter json, Explanation.Scan scan) throws IOException {
    json.raw("{\"series\":");
    json.integer(scan.series());
    json.raw(",\"splits\":");
    json.integer(scan.counts().splits());
    json.raw(",\"bytes\":");
    json.integer(scan.counts().bytes());
    json.raw(",\"rows\":");
    json.integer(scan.counts().rows());
    json.raw(",\"samples\":");
    json.integer(scan.counts().samples());
    json.raw(",\"tiers\":");
    Answer.array(json, scan.tiers(), ExplanationJson::tier);
    json.raw('}');
  }

  private static void tier(JsonWriter json, Explanation.TierUse use) throws IOException {
    json.raw("{\"policy\":");
    json.string(use.policy());
    json.raw(",\"series\":");
    json.integer(use.series());
    json.raw(",\"tier\":");
    json.string(use.tier());
    json.raw(",\"reason\":");
    json.string(use.reason());
    json.raw('}');
  }
}
