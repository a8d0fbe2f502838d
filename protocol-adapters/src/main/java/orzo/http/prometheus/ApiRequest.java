package orzo.http.prometheus;

import io.vertx.core.MultiMap;
import java.util.function.BooleanSupplier;
import orzo.http.FormParameters;
import orzo.metric.Tenant;

/**
 * What an endpoint sees of a request.
 *
 * @param tenant who asks
 * @param parameters those of the URL and the form
 * @param pathName the decoded label name of the path, empty where the path has none
 * @param cancelled whether the asker went away
 * @param headers those of the request
 * @param body what was sent to an endpoint that takes bytes, else empty
 */
record ApiRequest(
    Tenant tenant,
    FormParameters parameters,
    String pathName,
    BooleanSupplier cancelled,
    MultiMap headers,
    byte[] body) {
  /** A header's value, empty without it. */
  String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }
}
