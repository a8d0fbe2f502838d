/** Sack ownership and processing: drain the backlog, fold into splits, flush under the lease. */
@NullMarked
package orzo.sack;

import org.jspecify.annotations.NullMarked;
