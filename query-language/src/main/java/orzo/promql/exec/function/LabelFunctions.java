package orzo.promql.exec.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.query.QueryException;

/** {@code label_replace} and {@code label_join}: they look at labels only, once for each series. */
public final class LabelFunctions {
  private LabelFunctions() {}

  /**
   * {@code label_replace}; series that come to have equal labels are not yet merged.
   *
   * @throws QueryException for a regular expression or label name that is none
   */
  public static List<SeriesBlock> replace(
      List<SeriesBlock> series,
      String destination,
      String replacement,
      String source,
      String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile("^(?s:" + regex + ")$");
    } catch (PatternSyntaxException e) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "invalid regular expression in label_replace(): " + regex,
          e);
    }
    requireLabelName(destination, "destination", "label_replace");
    List<SeriesBlock> results = new ArrayList<>(series.size());
    Map<String, String> replacements = new HashMap<>(); // of source values, "" where none matches
    for (SeriesBlock block : series) {
      String value = block.labels().get(source);
      Matcher matcher = pattern.matcher(value);
      if (!matcher.find()) {
        results.add(block);
        continue;
      }
      String replaced =
          replacements.computeIfAbsent(
              value, _ -> ReplacementTemplate.expand(replacement, matcher, pattern));
      results.add(relabel(block, destination, replaced));
    }
    return results;
  }

  /**
   * {@code label_join}; series that come to have equal labels are not yet merged.
   *
   * @throws QueryException for a label name that is none
   */
  public static List<SeriesBlock> join(
      List<SeriesBlock> series, String destination, String separator, List<String> sources) {
    for (String source : sources) {
      requireLabelName(source, "source", "label_join");
    }
    requireLabelName(destination, "destination", "label_join");
    List<SeriesBlock> results = new ArrayList<>(series.size());
    List<String> values = new ArrayList<>(sources.size());
    for (SeriesBlock block : series) {
      values.clear();
      for (String source : sources) {
        values.add(block.labels().get(source));
      }
      results.add(relabel(block, destination, String.join(separator, values)));
    }
    return results;
  }

  /** A metric name that was given on purpose stays. */
  private static SeriesBlock relabel(SeriesBlock block, String name, String value) {
    return block.relabelled(
        block.labels().with(name, value), !name.equals(Labels.NAME) && block.nameDropped());
  }

  private static void requireLabelName(String name, String role, String function) {
    if (!isLabelName(name)) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "invalid " + role + " label name in " + function + "(): " + name);
    }
  }

  /** Whether a string can name a label: any text in UTF-8 but the empty one. */
  public static boolean isLabelName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < name.length()
              && Character.isLowSurrogate(name.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
