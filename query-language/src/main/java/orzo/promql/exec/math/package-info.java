/** Numbers as Prometheus computes them, down to the order of additions. */
@NullMarked
package orzo.promql.exec.math;

import org.jspecify.annotations.NullMarked;
