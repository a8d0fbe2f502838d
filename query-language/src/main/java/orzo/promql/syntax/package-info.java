/** The PromQL grammar, its syntax tree, and the types of expressions. */
@NullMarked
package orzo.promql.syntax;

import org.jspecify.annotations.NullMarked;
