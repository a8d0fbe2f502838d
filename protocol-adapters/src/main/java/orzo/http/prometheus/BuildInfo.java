package orzo.http.prometheus;

/**
 * What is known of the running program.
 *
 * @param version the version of Orzo
 * @param revision the commit it was built from, empty if unknown
 * @param buildDate when it was built, empty if unknown
 */
public record BuildInfo(String version, String revision, String buildDate) {
  /**
   * The Prometheus release whose API is spoken. Clients decide by the {@code version} of {@code
   * /api/v1/status/buildinfo} what they may ask: without one, Grafana takes the server for a
   * Prometheus before 2.24 and looks label values up through {@code /series}.
   */
  public static final String PROMETHEUS_VERSION = "3.5.0";

  /** The program's name, as {@code application} names it. Mimir has the same member. */
  public static final String APPLICATION = "Orzo";
}
