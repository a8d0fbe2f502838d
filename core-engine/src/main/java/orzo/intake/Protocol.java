package orzo.intake;

/** How measures arrive; a label of the gateway's own metrics. */
public enum Protocol {
  /** Prometheus remote write. */
  REMOTE_WRITE("remote_write"),
  /** Graphite's lines over TCP. */
  CARBON_LINE("carbon_line"),
  /** Graphite's lines over UDP. */
  CARBON_UDP("carbon_udp"),
  /** Graphite's pickles over TCP. */
  CARBON_PICKLE("carbon_pickle"),
  /** StatsD and its dialects; samples are what is flushed. */
  STATSD("statsd"),
  /** Measures of Gnocchi's API. */
  GNOCCHI("gnocchi"),
  /** InfluxDB's lines, as Gnocchi takes them. */
  INFLUXDB("influxdb");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** The label's value. */
  public String label() {
    return label;
  }
}
