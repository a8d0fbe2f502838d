/** Graphite's protocols for sending samples: lines over TCP and UDP, pickles over TCP. */
@NullMarked
package orzo.carbon;

import org.jspecify.annotations.NullMarked;
