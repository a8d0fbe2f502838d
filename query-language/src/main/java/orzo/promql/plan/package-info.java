/** Choosing what a selector is read from: raw samples, or aggregates of some granularity. */
@NullMarked
package orzo.promql.plan;

import org.jspecify.annotations.NullMarked;
