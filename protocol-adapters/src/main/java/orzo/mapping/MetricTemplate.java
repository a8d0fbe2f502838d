package orzo.mapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A template in the style of InfluxDB's graphite input and Telegraf: for each node of a path the
 * label that it is the value of, or {@code measurement} or {@code field} for a part of the name, or
 * nothing for a node that is left out. A last {@code measurement*} or {@code field*} takes all
 * nodes that are left.
 */
final class MetricTemplate {
  private static final String MEASUREMENT = "measurement";
  private static final String FIELD = "field";
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private final List<String> words;
  private final Map<String, String> tags;
  private final String separator;

  private MetricTemplate(List<String> words, Map<String, String> tags, String separator) {
    this.words = words;
    this.tags = tags;
    this.separator = separator;
  }

  /**
   * Parses a template.
   *
   * @param tags labels that every series gets unless the template says otherwise
   * @param separator stands between several nodes that make up the name or one label
   * @throws IllegalArgumentException says what is wrong with it and what is allowed
   */
  static MetricTemplate parse(String text, Map<String, String> tags, String separator) {
    List<String> words = new ArrayList<>(List.of(text.split("\\.", -1)));
    boolean hasMeasurement = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean isGreedy = word.endsWith("*");
      String plain = isGreedy ? word.substring(0, word.length() - 1) : word;
      boolean isName = plain.equals(MEASUREMENT) || plain.equals(FIELD);
      if (isGreedy && (!isName || i < words.size() - 1)) {
        throw new IllegalArgumentException(
            "'" + word + "' (allowed: measurement* or field*, as the last word)");
      }
      if (!plain.isEmpty() && !LABEL.matcher(plain).matches()) {
        throw new IllegalArgumentException(
            "'" + word + "' (allowed: names of labels, measurement, field, or nothing)");
      }
      hasMeasurement |= plain.equals(MEASUREMENT);
    }
    if (!hasMeasurement) {
      throw new IllegalArgumentException("no measurement (allowed: measurement or measurement*)");
    }
    return new MetricTemplate(List.copyOf(words), Map.copyOf(tags), separator);
  }

  /** The labels that it may give. */
  Set<String> labelNames() {
    Set<String> names = new TreeSet<>(tags.keySet());
    for (String word : words) {
      if (LABEL.matcher(word).matches() && !word.equals(MEASUREMENT) && !word.equals(FIELD)) {
        names.add(word);
      }
    }
    return names;
  }

  /** What a path is by this template; the name, which may be empty, stands under {@code ""}. */
  Map<String, String> apply(String[] path) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(words.size(), path.length); i++) {
      String word = words.get(i);
      int end = i + 1;
      if (word.endsWith("*")) {
        word = word.substring(0, word.length() - 1);
        end = path.length;
      }
      for (int node = i; node < end && !word.isEmpty(); node++) {
        labels.merge(word, path[node], (a, b) -> a + separator + b);
      }
    }
    tags.forEach(labels::putIfAbsent);
    String measurement = labels.remove(MEASUREMENT);
    String field = labels.remove(FIELD);
    String name = measurement == null ? "" : measurement;
    labels.put("", field == null || name.isEmpty() ? name : name + separator + field);
    return labels;
  }
}
