/** What ANTLR makes of the grammar of searches; only {@link orzo.gnocchi.search} calls it. */
@NullMarked
package orzo.gnocchi.search.grammar;

import org.jspecify.annotations.NullMarked;
