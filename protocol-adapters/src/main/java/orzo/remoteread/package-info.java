/**
 * Prometheus remote read: the request, raw samples as one message, and chunks as a stream of
 * frames. Nothing here knows HTTP.
 */
@NullMarked
package orzo.remoteread;

import org.jspecify.annotations.NullMarked;
