package orzo.http.operations;

/** A page for people who open the port in a browser. */
final class StartPage {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>Orzo</title></head>
      <body>
      <h1>Orzo VERSION</h1>
      <p>A metrics gateway. This port serves:</p>
      <ul>
      <li>the Prometheus API under <code>/api/v1</code>, such as
      <a href="/api/v1/query?query=up">/api/v1/query?query=up</a>,
      <a href="/api/v1/labels">/api/v1/labels</a>,
      <a href="/api/v1/label/__name__/values">/api/v1/label/__name__/values</a>,
      <a href="/api/v1/status/buildinfo">/api/v1/status/buildinfo</a></li>
      <li>Prometheus remote write: <code>POST /api/v1/write</code></li>
      <li>its own metrics: <a href="/metrics">/metrics</a></li>
      <li>its state: <a href="/-/healthy">/-/healthy</a>, <a href="/-/ready">/-/ready</a></li>
      </ul>
      </body>
      </html>
      """;

  private StartPage() {}

  static String html(String version) {
    String escaped = version.replace("&", "&amp;").replace("<", "&lt;");
    return PAGE.replace("VERSION", escaped);
  }
}
