package orzo.mapping;

/** What a client says that a name measures; a rule may be for one of them only. */
public enum MetricType {
  /** A value that stands on its own; everything that comes by Graphite's protocols. */
  GAUGE,
  /** A count of events. */
  COUNTER,
  /** Single observations: StatsD's timers, histograms and distributions. */
  OBSERVER
}
