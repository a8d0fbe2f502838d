/**
 * Servers that run as child processes: the gateway from its distribution, and the peers it is
 * tested with.
 */
@NullMarked
package orzo.conformance.server;

import org.jspecify.annotations.NullMarked;
