/**
 * The client side of Prometheus's protocols: remote write 1.0 and the HTTP API, with no code of the
 * gateway's in it.
 */
@NullMarked
package orzo.conformance.prometheus;

import org.jspecify.annotations.NullMarked;
