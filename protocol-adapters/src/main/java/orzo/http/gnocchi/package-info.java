/** The Gnocchi REST API: so far archive policies and their rules. */
@NullMarked
package orzo.http.gnocchi;

import org.jspecify.annotations.NullMarked;
