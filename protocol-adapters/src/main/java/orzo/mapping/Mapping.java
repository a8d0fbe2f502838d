package orzo.mapping;

import orzo.metric.Labels;

/**
 * Turns the names that Graphite and StatsD clients send into series. Is asked when a name is seen
 * for the first time, not for every sample. Safe for many threads; does not block.
 */
public interface Mapping {
  /** The mapping without rules: a name stays what it is. */
  Mapping NONE = (name, tags, _) -> PlainNames.map(name, tags);

  /**
   * The series of a name with tags. Without a rule that says otherwise the name is the metric name,
   * and the tags are labels. Empty nodes of the name, which leading and doubled dots make, count
   * for nothing.
   *
   * @param name a dotted path, or any other name
   * @param tags what the client calls tags or labels, without {@code __name__}
   * @param type what the client says that the name measures
   */
  Mapped map(String name, Labels tags, MetricType type);

  /** The series of a dotted path without tags, as Graphite's protocols send it. */
  default Mapped map(String path) {
    return map(path, Labels.EMPTY, MetricType.GAUGE);
  }

  /** The series of a name with tags, as Graphite's protocols send it. */
  default Mapped map(String name, Labels tags) {
    return map(name, tags, MetricType.GAUGE);
  }
}
