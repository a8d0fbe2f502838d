/** Functions of instant vectors. */
@NullMarked
package orzo.promql.exec.function;

import org.jspecify.annotations.NullMarked;
