/** What this node remembers of storage for its queries, and how it knows that it is still true. */
@NullMarked
package orzo.cache;

import org.jspecify.annotations.NullMarked;
