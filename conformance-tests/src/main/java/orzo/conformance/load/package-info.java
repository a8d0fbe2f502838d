/** A load generator for remote write, and its report. */
@NullMarked
package orzo.conformance.load;

import org.jspecify.annotations.NullMarked;
