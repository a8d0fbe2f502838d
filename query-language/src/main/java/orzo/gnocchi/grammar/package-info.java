/**
 * What ANTLR makes of the grammars of Gnocchi's languages; only {@link orzo.gnocchi.operations}
 * calls it.
 */
@NullMarked
package orzo.gnocchi.grammar;

import org.jspecify.annotations.NullMarked;
