/** Binary operators: numbers column by column, and which series meets which. */
@NullMarked
package orzo.promql.exec.binary;

import org.jspecify.annotations.NullMarked;
