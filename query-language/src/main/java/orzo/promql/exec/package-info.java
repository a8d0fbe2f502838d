/** Evaluation of PromQL, whole series at once. */
@NullMarked
package orzo.promql.exec;

import org.jspecify.annotations.NullMarked;
