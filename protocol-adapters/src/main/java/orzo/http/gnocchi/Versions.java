package orzo.http.gnocchi;

import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which versions of the API there are and what is in them; nobody is asked who it is for that. */
final class Versions {
  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

  /** The version of Gnocchi whose API this is; its clients ask for it. */
  static final String GNOCCHI_VERSION = "4.6";

  private static final List<String> PARTS =
      List.of(
          "aggregates",
          "aggregation",
          "archive_policy",
          "archive_policy_rule",
          "batch",
          "capabilities",
          "influxdb",
          "metric",
          "resource",
          "resource_type",
          "search",
          "status");

  private final GnocchiSettings settings;

  Versions(GnocchiSettings settings) {
    this.settings = settings;
  }

  /** {@code GET /}: the versions, but for a browser, which gets a page. */
  void root(RoutingContext context) {
    if (String.join(",", context.request().headers().getAll("Accept")).contains("text/html")) {
      context.next();
      return;
    }
    String url = PublicAddress.of(context.request(), settings.believesProxies()) + "/v1/";
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("status", "CURRENT");
    version.put("links", List.of(link("self", url)));
    version.put("id", "v1.0");
    version.put("updated", "2015-03-19");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("build", GNOCCHI_VERSION);
    json.put("versions", List.of(version));
    send(context, "application/json", JsonText.of(json));
  }

  /** {@code GET /v1}: what is below it. */
  static Reply first(Exchange exchange) {
    List<Map<String, Object>> links = new ArrayList<>();
    links.add(link("self", exchange.url("/v1")));
    for (String part : PARTS) {
      links.add(link(part, exchange.url("/v1/" + part)));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("links", links);
    return Reply.ok(json);
  }

  /** {@code GET /healthcheck}: that somebody answers. */
  void health(RoutingContext context) {
    send(context, "text/plain; charset=utf-8", "OK");
  }

  private static Map<String, Object> link(String relation, String url) {
    Map<String, Object> link = new LinkedHashMap<>();
    link.put("rel", relation);
    link.put("href", url);
    return link;
  }

  private static void send(RoutingContext context, String type, String text) {
    context
        .response()
        .putHeader("Content-Type", type)
        .end(text)
        .onFailure(gone -> LOG.debug("answer not sent", gone));
  }
}
