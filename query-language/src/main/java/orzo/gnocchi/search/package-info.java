/** The string form of Gnocchi's searches. */
@NullMarked
package orzo.gnocchi.search;

import org.jspecify.annotations.NullMarked;
