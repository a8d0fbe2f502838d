/** Federation: the newest samples of series, in the formats that a Prometheus scrapes. */
@NullMarked
package orzo.federate;

import org.jspecify.annotations.NullMarked;
