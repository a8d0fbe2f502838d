/**
 * What ANTLR makes of the PromQL grammar; only {@link orzo.promql.syntax.PromQlParser} calls it.
 */
@NullMarked
package orzo.promql.grammar;

import org.jspecify.annotations.NullMarked;
