package orzo.http.prometheus;

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
 */
record ApiRequest(
    Tenant tenant, FormParameters parameters, String pathName, BooleanSupplier cancelled) {}
