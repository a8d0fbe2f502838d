/** Aggregation operators: many series to few, column by column. */
@NullMarked
package orzo.promql.exec.aggregate;

import org.jspecify.annotations.NullMarked;
