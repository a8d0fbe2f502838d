/** Deleting metrics, and keeping storage free of what belongs to nothing. */
@NullMarked
package orzo.upkeep;

import org.jspecify.annotations.NullMarked;
