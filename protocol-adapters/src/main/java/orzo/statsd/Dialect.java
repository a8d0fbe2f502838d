package orzo.statsd;

/**
 * A way to write lines that the reference daemon does not know. Without any of them lines are read
 * exactly as it reads them.
 */
public enum Dialect {
  /**
   * Types {@code h} and {@code d}, several values in one line, sections after the type, events and
   * service checks.
   */
  DOGSTATSD("dogstatsd"),
  /** {@code name#tag=value,tag=value:1|c}. */
  LIBRATO("librato"),
  /** {@code name,tag=value,tag=value:1|c}. */
  INFLUXDB("influxdb"),
  /** {@code na[tag=value,tag=value]me:1|c}. */
  SIGNALFX("signalfx");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  /** The name as it is configured. */
  public String label() {
    return label;
  }
}
