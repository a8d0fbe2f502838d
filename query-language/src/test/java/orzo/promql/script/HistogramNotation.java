package orzo.promql.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.histogram.Buckets;
import orzo.histogram.HistogramSum;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;

/**
 * Histograms in scripts: {@code {{schema:1 count:3 sum:5 offset:-1 buckets:[1 2]}}}, alone,
 * repeated ({@code {{…}}x3}), or growing ({@code {{…}}+{{…}}x3}).
 */
final class HistogramNotation {
  private static final Pattern ITEM =
      Pattern.compile("\\{\\{(.*?)}}(?:([+-])\\{\\{(.*?)}})?(?:x([0-9]+))?(?=\\s|$)");
  private static final Pattern FIELD = Pattern.compile("([a-z_]+):(\\[[^\\]]*]|\\S+)");

  private HistogramNotation() {}

  /** The points that a text begins with, which are added; how long that part is, 0 if none. */
  static int read(String text, List<Optional<Point>> points) {
    Matcher item = ITEM.matcher(text);
    if (!item.lookingAt()) {
      return 0;
    }
    Map<String, String> fields = fields(item.group(1));
    NativeHistogram current = histogram(fields);
    int times = item.group(4) == null ? 0 : Integer.parseInt(item.group(4));
    Map<String, String> stepFields = item.group(3) == null ? fields : fields(item.group(3));
    boolean hintMatters = stepFields.containsKey("counter_reset_hint");
    points.add(Optional.of(Point.of(current, hintMatters)));
    for (int i = 0; i < times; i++) {
      if (item.group(3) != null) {
        HistogramSum sum = HistogramSum.of(current);
        NativeHistogram step = histogram(stepFields);
        boolean added = item.group(2).equals("+") ? sum.add(step) : sum.subtract(step);
        if (!added) {
          throw new IllegalArgumentException(text + " (expected: one kind of buckets)");
        }
        current = sum.result();
      }
      points.add(Optional.of(Point.of(current, hintMatters)));
    }
    return item.end();
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELD.matcher(text);
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  private static NativeHistogram histogram(Map<String, String> fields) {
    ResetHint hint =
        ResetHint.valueOf(
            fields.getOrDefault("counter_reset_hint", "unknown").toUpperCase(Locale.ROOT));
    int schema = (int) number(fields, "schema");
    double count = number(fields, "count");
    double sum = number(fields, "sum");
    Buckets positive = buckets(fields, "buckets", "offset");
    if (schema == NativeHistogram.CUSTOM_SCHEMA) {
      double[] bounds = numbers(fields.getOrDefault("custom_values", "[]"));
      return NativeHistogram.custom(hint, false, count, sum, bounds, positive);
    }
    return NativeHistogram.exponential(
        hint,
        false,
        schema,
        number(fields, "z_bucket_w"),
        number(fields, "z_bucket"),
        count,
        sum,
        positive,
        buckets(fields, "n_buckets", "n_offset"));
  }

  private static double number(Map<String, String> fields, String name) {
    return SeriesLine.number(fields.getOrDefault(name, "0"));
  }

  private static Buckets buckets(Map<String, String> fields, String name, String offset) {
    double[] counts = numbers(fields.getOrDefault(name, "[]"));
    int[] indexes = new int[counts.length];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = (int) number(fields, offset) + i;
    }
    return Buckets.of(indexes, counts);
  }

  private static double[] numbers(String list) {
    List<Double> numbers = new ArrayList<>();
    for (String text : list.substring(1, list.length() - 1).strip().split("[\\s,]+", -1)) {
      if (!text.isEmpty()) {
        numbers.add(SeriesLine.number(text));
      }
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
