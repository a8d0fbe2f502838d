/** Series on the time grid of a query: what operators take and give. */
@NullMarked
package orzo.promql.exec.block;

import org.jspecify.annotations.NullMarked;
