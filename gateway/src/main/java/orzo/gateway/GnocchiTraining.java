package orzo.gateway;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gateway is given to do by Gnocchi's API while Java writes down how it went, beside {@link
 * TrainingLoad}: measures in batches, over the spans of many splits, and reads of them.
 */
final class GnocchiTraining {
  /** How many metrics there are to be. */
  static final int METRICS = 100;

  /** How many bodies there are; they are meant to be sent in order. */
  static final int REQUESTS = 60;

  private static final int MEASURES = 50;
  private static final int STEP_SECONDS = 30;
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final Pattern ID = Pattern.compile("\"id\": *\"([^\"]+)\"");

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<String> ids = new ArrayList<>(METRICS);
  private int request;

  /** A policy to create. */
  static String policy() {
    return "{\"name\": \"training\", \"back_window\": 0, \"definition\":"
        + " [{\"granularity\": 60, \"points\": 1440}, {\"granularity\": 3600, \"points\": 24}]}";
  }

  /** A metric of that policy. */
  static String metric() {
    return "{\"archive_policy_name\": \"training\"}";
  }

  /** Tells what was answered when a metric was created. */
  void created(String answer) {
    Matcher id = ID.matcher(answer);
    if (!id.find()) {
      throw new IllegalStateException("metric without an id: " + answer);
    }
    ids.add(id.group(1));
  }

  /** The next measures of all metrics. */
  String nextBody() {
    StringBuilder body = new StringBuilder();
    for (String id : ids) {
      body.append(body.isEmpty() ? "{\"" : "], \"").append(id).append("\": [");
      for (int i = 0; i < MEASURES; i++) {
        Instant time = START.plusSeconds((long) (request * MEASURES + i) * STEP_SECONDS);
        String text = time.toString();
        body.append(i == 0 ? "" : ", ").append("{\"timestamp\": \"");
        body.append(text, 0, text.length() - 1).append("\", \"value\": ");
        body.append(random.nextInt(10_000) / 100.0).append('}');
      }
    }
    request++;
    return body.append("]}").toString();
  }

  /** Paths that ask for measures. */
  List<String> questions() {
    List<String> paths = new ArrayList<>();
    for (String id : ids.subList(0, 10)) {
      paths.add("/v1/metric/" + id + "/measures?granularity=60");
    }
    paths.add("/v1/metric/" + ids.getFirst() + "/measures?aggregation=max");
    return paths;
  }

  /** Operations on all metrics. */
  String operations() {
    StringBuilder text = new StringBuilder("{\"operations\": \"(aggregate mean (metric");
    ids.forEach(id -> text.append(" (").append(id).append(" mean)"));
    return text.append("))\"}").toString();
  }
}
