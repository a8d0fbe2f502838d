/** PromQL: from the text of a query to its answer. */
@NullMarked
package orzo.promql;

import org.jspecify.annotations.NullMarked;
