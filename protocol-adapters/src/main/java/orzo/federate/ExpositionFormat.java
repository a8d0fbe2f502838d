package orzo.federate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The format of an answer, which the client chooses by its header {@code Accept} as it does with
 * Prometheus: lines of text, or protobuf's messages each behind its length, which alone can have
 * native histograms with exponential buckets.
 */
public final class ExpositionFormat {
  private final boolean protobuf;
  private final NameEscaping escaping;

  private ExpositionFormat(boolean protobuf, NameEscaping escaping) {
    this.protobuf = protobuf;
    this.escaping = escaping;
  }

  /** A part of an {@code Accept} header. */
  private record Clause(String type, double quality, Map<String, String> parameters) {
    static Clause of(String text) {
      String[] parts = text.split(";", -1);
      Map<String, String> parameters = new HashMap<>();
      for (int i = 1; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals > 0) {
          parameters.put(
              parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
              parts[i].substring(equals + 1).strip().replace("\"", ""));
        }
      }
      double quality;
      try {
        quality = Double.parseDouble(parameters.getOrDefault("q", "1"));
      } catch (NumberFormatException e) {
        quality = 1;
      }
      return new Clause(parts[0].strip().toLowerCase(Locale.ROOT), quality, parameters);
    }

    boolean isProtobuf() {
      return type.equals("application/vnd.google.protobuf")
          && parameters.getOrDefault("proto", "").equals("io.prometheus.client.MetricFamily")
          && parameters.getOrDefault("encoding", "").equals("delimited");
    }

    boolean isText() {
      return type.equals("text/plain")
          && parameters.getOrDefault("version", "0.0.4").equals("0.0.4");
    }
  }

  /** The format that an {@code Accept} header, which may be empty, likes best. */
  public static ExpositionFormat negotiate(String accept) {
    List<Clause> clauses = new ArrayList<>();
    for (String clause : accept.split(",", -1)) {
      clauses.add(Clause.of(clause));
    }
    clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
    NameEscaping escaping = NameEscaping.UNDERSCORES;
    for (Clause clause : clauses) {
      String wanted = clause.parameters().getOrDefault("escaping", "");
      escaping = NameEscaping.of(wanted).orElse(escaping);
      if (clause.isProtobuf()) {
        return new ExpositionFormat(true, escaping);
      } else if (clause.isText()) {
        break;
      }
    }
    return new ExpositionFormat(false, escaping);
  }

  /** The content type of the answer. */
  public String contentType() {
    return (protobuf
            ? "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                + " encoding=delimited"
            : "text/plain; version=0.0.4; charset=utf-8")
        + "; escaping="
        + escaping.word();
  }

  /**
   * Writes samples, those of one name together. Ones without a name, and ones that the format has
   * no form for, are left out.
   *
   * @param samples ascending by name
   */
  public void write(List<FederatedSample> samples, OutputStream out) throws IOException {
    if (protobuf) {
      new ProtobufExposition(escaping, out).write(samples);
    } else {
      new TextExposition(escaping, out).write(samples);
    }
  }
}
