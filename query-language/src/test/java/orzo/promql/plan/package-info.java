/** Queries over stored splits, raw and of aggregates. */
@NullMarked
package orzo.promql.plan;

import org.jspecify.annotations.NullMarked;
