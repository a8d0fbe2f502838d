package orzo.promql.exec.histogram;

/**
 * What an answer says about histograms that it met, in Prometheus's words.
 *
 * @param isWarning whether the answer may be wrong; otherwise it is for information
 * @param text what is said
 */
public record HistogramNote(boolean isWarning, String text) {
  private static HistogramNote warning(String text) {
    return new HistogramNote(true, text);
  }

  private static HistogramNote info(String text) {
    return new HistogramNote(false, text);
  }

  /** A range has floats and histograms, and the function takes only one kind. */
  public static HistogramNote mixedRange(String metricName) {
    return warning(
        "encountered a mix of histograms and floats for metric name " + quoted(metricName));
  }

  /** A group has floats and histograms. */
  public static HistogramNote mixedAggregation() {
    return warning("encountered a mix of histograms and floats for aggregation");
  }

  /** There are classic buckets and a native histogram of the same labels. */
  public static HistogramNote mixedClassic(String metricName) {
    return warning(
        "vector contains a mix of classic and native histograms" + forMetric(metricName));
  }

  /** A gauge was taken for a counter. */
  public static HistogramNote notCounter(String metricName) {
    return warning("this native histogram metric is not a counter: " + quoted(metricName));
  }

  /** A counter was taken for a gauge. */
  public static HistogramNote notGauge(String metricName) {
    return warning("this native histogram metric is not a gauge: " + quoted(metricName));
  }

  /** Exponential and custom buckets would have to be added up. */
  public static HistogramNote mixedSchemas(String metricName) {
    return warning(
        "vector contains a mix of histograms with exponential and custom buckets schemas for"
            + " metric name "
            + quoted(metricName));
  }

  /** An operator has exponential buckets on one side and custom ones on the other. */
  public static HistogramNote incompatibleLayout(String operator) {
    return warning("incompatible bucket layout encountered for binary operator " + operator);
  }

  /** An operator doesn't know what to do with these kinds of samples. */
  public static HistogramNote incompatibleTypes(String left, String operator, String right) {
    return info(
        "incompatible sample types encountered for binary operator "
            + quoted(operator)
            + ": "
            + left
            + " "
            + operator
            + " "
            + right);
  }

  /** An aggregation looked at floats only. */
  public static HistogramNote ignoredInAggregation(String operator) {
    return info("ignored histogram in " + operator + " aggregation");
  }

  /** A function looked at the floats of a range only. */
  public static HistogramNote ignoredInRange(String metricName) {
    return info(
        "ignored histograms in a range containing both floats and histograms for metric name "
            + quoted(metricName));
  }

  /** A quantile lies among observations that are no numbers. */
  public static HistogramNote quantileIsNan(String metricName) {
    return info(
        "input to histogram_quantile has NaN observations, result is NaN" + forMetric(metricName));
  }

  /** A quantile counts observations that are no numbers as very large ones. */
  public static HistogramNote quantileIsSkewed(String metricName) {
    return info(
        "input to histogram_quantile has NaN observations, result is skewed higher"
            + forMetric(metricName));
  }

  /** Observations that are no numbers are in no fraction. */
  public static HistogramNote fractionWithoutNan(String metricName) {
    return info(
        "input to histogram_fraction has NaN observations, which are excluded from all fractions"
            + forMetric(metricName));
  }

  /** One histogram says that its counter began anew, another that it did not. */
  public static HistogramNote resetCollision(String operation) {
    return warning("conflicting counter resets during histogram " + operation);
  }

  /** Custom bounds differed. */
  public static HistogramNote reconciledBounds(String operation) {
    return info("mismatched custom buckets were reconciled during " + operation);
  }

  private static String forMetric(String metricName) {
    return metricName.isEmpty() ? "" : " for metric name " + quoted(metricName);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
