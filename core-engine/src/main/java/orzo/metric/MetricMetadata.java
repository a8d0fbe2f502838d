package orzo.metric;

/**
 * What clients state about a metric name.
 *
 * @param name the metric (family) name
 * @param type {@code counter}, {@code gauge}, {@code histogram}, {@code gaugehistogram}, {@code
 *     summary}, {@code info}, {@code stateset} or {@code unknown}
 * @param help its description, empty when not stated
 * @param unit its unit, empty when not stated
 */
public record MetricMetadata(String name, String type, String help, String unit) {}
