/** The Prometheus HTTP API. */
@NullMarked
package orzo.http.prometheus;

import org.jspecify.annotations.NullMarked;
