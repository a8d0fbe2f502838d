/** Aggregates: windows of samples folded into rows, rows merged and read, and splits of them. */
@NullMarked
package orzo.fold;

import org.jspecify.annotations.NullMarked;
