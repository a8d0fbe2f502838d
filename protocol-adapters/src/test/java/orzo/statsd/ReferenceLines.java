package orzo.statsd;

import java.util.ArrayList;
import java.util.List;

/**
 * How the reference daemon reads lines, in the plainest way there is: what the parser is compared
 * with.
 */
final class ReferenceLines {
  private ReferenceLines() {}

  /** What a packet says without dialects. */
  static List<String> said(String packet) {
    List<String> said = new ArrayList<>();
    for (String line : packet.split("\n", -1)) {
      if (!line.isEmpty()) {
        line(line, said);
      }
    }
    return said;
  }

  private static void line(String line, List<String> said) {
    String[] parts = line.split("\\|#", -1);
    String tags = parts.length > 1 ? parts[1] : "";
    String[] bits = parts[0].split(":", -1);
    String series = bits[0] + (tags.isEmpty() ? "" : "#" + tags);
    if (bits.length == 1) {
      said.add("no_value");
    }
    for (int i = 1; i < bits.length; i++) {
      group(series, bits[i].split("\\|", -1), said);
    }
  }

  private static void group(String series, String[] fields, List<String> said) {
    if (fields.length < 2) {
      said.add("no_type");
      return;
    }
    double weight = 1;
    if (fields.length > 2) {
      String rate = fields[2];
      String run = rate.isEmpty() ? "" : rate.substring(1).replaceFirst("[^0-9.].*$", "");
      if (!rate.startsWith("@")
          || Double.isNaN(number(rate.substring(1)))
          || Double.isNaN(number(run))) {
        said.add("bad_rate");
        return;
      }
      weight = 1 / number(run);
    }
    if (fields[1].equals("s")) {
      said.add(series + " member " + fields[0]);
      return;
    }
    double value = number(fields[0]);
    if (Double.isNaN(value)) {
      said.add("bad_value");
      return;
    }
    if (fields[1].equals("ms") && value < 0) {
      said.add("negative_time");
      return;
    }
    switch (fields[1].strip()) {
      case "ms" -> {
        said.add(series + " observe " + JsNumber.text(value));
        if (weight != 1) {
          said.add("weight " + JsNumber.text(weight));
        }
      }
      case "g" -> {
        String kind = fields[0].matches("[-+].*") ? " change " : " gauge ";
        said.add(series + kind + JsNumber.text(value));
      }
      case "s" -> said.add(series + " member " + fields[0]);
      default -> said.add(series + " count " + JsNumber.text(value * weight));
    }
  }

  /** A number of those that the generator makes. */
  private static double number(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    String bare = text.strip();
    if (bare.isEmpty()) {
      return 0;
    }
    return bare.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?")
        ? Double.parseDouble(bare)
        : Double.NaN;
  }
}
