/** Who calls the Gnocchi API, and what they may do there. */
@NullMarked
package orzo.http.access;

import org.jspecify.annotations.NullMarked;
