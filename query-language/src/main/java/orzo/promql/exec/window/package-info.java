/** Functions of range vectors: a window slides over a series, each function is one pass. */
@NullMarked
package orzo.promql.exec.window;

import org.jspecify.annotations.NullMarked;
