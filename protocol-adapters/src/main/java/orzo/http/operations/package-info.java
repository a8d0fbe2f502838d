/** Health, readiness and the gateway's own metrics over HTTP. */
@NullMarked
package orzo.http.operations;

import org.jspecify.annotations.NullMarked;
